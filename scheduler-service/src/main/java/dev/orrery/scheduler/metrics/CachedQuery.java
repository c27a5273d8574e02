package dev.orrery.scheduler.metrics;

import dev.orrery.scheduler.database.DatabaseException;
import dev.orrery.scheduler.time.Ticker;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Caches the result of a query for gauges, so that all gauges of a scrape cost one query. Without
 * scrapes there are no queries.
 *
 * @param <T> the result
 */
public final class CachedQuery<T> {
  private static final Logger LOG = Logger.getLogger(CachedQuery.class);

  /** A scrape must not hang because the database does. After this time it shows the last result. */
  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  private final Subject<T> subject;
  private final Executor executor;
  private final Ticker ticker;
  private CompletableFuture<Void> inFlight;
  private long askedAtNanos;
  private volatile Result<T> lastResult;

  public CachedQuery(Subject<T> subject, Executor executor, Ticker ticker) {
    this.subject = subject;
    this.executor = executor;
    this.ticker = ticker;
  }

  /**
   * The query whose result is cached.
   *
   * @param name for the log, such as {@code backlog}
   * @param store queries the database; blocks
   * @param fresh how long a result is reused
   * @param stale how long a result is shown if no newer one arrives; longer than {@code fresh}
   */
  public record Subject<T>(String name, Supplier<T> store, Duration fresh, Duration stale) {}

  private record Result<T>(T value, long atNanos) {}

  /** Returns a recent result; empty if the database is not reachable. */
  public Optional<T> current() {
    await(queryIfStale());
    Result<T> last = lastResult;
    return last == null || ticker.nanos() - last.atNanos() > subject.stale().toNanos()
        ? Optional.empty()
        : Optional.of(last.value());
  }

  /** Runs one query at a time, and the next one only when the result is no longer fresh. */
  private synchronized CompletableFuture<Void> queryIfStale() {
    long now = ticker.nanos();
    if (inFlight == null || (inFlight.isDone() && now - askedAtNanos > subject.fresh().toNanos())) {
      askedAtNanos = now;
      try {
        inFlight = CompletableFuture.runAsync(this::query, executor);
      } catch (RejectedExecutionException e) {
        inFlight = CompletableFuture.failedFuture(e);
      }
    }
    return inFlight;
  }

  private void query() {
    try {
      lastResult = new Result<>(subject.store().get(), ticker.nanos());
    } catch (DatabaseException e) {
      if (!e.isTemporary()) {
        throw e;
      }
      LOG.debugf(
          "Query failed because the database is not available: query=%s: %s",
          subject.name(), e.getMessage());
    }
  }

  private void await(CompletableFuture<Void> query) {
    if (query.isDone()) {
      return;
    }
    try {
      query.get(left(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      LOG.debugf("Query is slow, using the last result: query=%s", subject.name());
    } catch (ExecutionException e) {
      LOG.errorf(e.getCause(), "Query failed: query=%s", subject.name());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The gauges of one scrape share one time-out. */
  private synchronized long left() {
    return Math.max(0, TIMEOUT.toNanos() - (ticker.nanos() - askedAtNanos));
  }
}
