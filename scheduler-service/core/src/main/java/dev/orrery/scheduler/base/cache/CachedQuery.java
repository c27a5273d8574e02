package dev.orrery.scheduler.base.cache;

import dev.orrery.scheduler.base.database.DatabaseException;
import dev.orrery.scheduler.base.time.Ticker;
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

  /** The last query, whether it found a result or failed. */
  private final ReadThroughCache<String, Boolean> queries;

  private volatile long askedAtNanos;
  private volatile Result<T> lastResult;

  public CachedQuery(Subject<T> subject, Executor executor, Ticker ticker) {
    this.subject = subject;
    this.executor = executor;
    this.ticker = ticker;
    this.queries =
        new ReadThroughCache<>(
            taken -> subject.fresh().minus(taken), 1, (name, succeeded) -> 1, ticker);
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
    await(queries.start(subject.name(), this::start));
    Result<T> last = lastResult;
    return last == null || ticker.nanos() - last.atNanos() > subject.stale().toNanos()
        ? Optional.empty()
        : Optional.of(last.value());
  }

  private CompletableFuture<Boolean> start(String name) {
    askedAtNanos = ticker.nanos();
    try {
      return CompletableFuture.supplyAsync(this::query, executor);
    } catch (RejectedExecutionException e) {
      return CompletableFuture.completedFuture(false);
    }
  }

  /** Returns false for a failure, so that it is not repeated for each gauge. */
  private boolean query() {
    try {
      lastResult = new Result<>(subject.store().get(), ticker.nanos());
      return true;
    } catch (RuntimeException e) {
      if (e instanceof DatabaseException away && away.isTemporary()) {
        LOG.debugf(
            "Query failed; using its last result: query=%s: %s", subject.name(), e.getMessage());
      } else {
        LOG.errorf(e, "Query failed; using its last result: query=%s", subject.name());
      }
      return false;
    }
  }

  private void await(CompletableFuture<Boolean> query) {
    if (query.isDone()) {
      return;
    }
    // The gauges of one scrape share one time-out.
    long left = Math.max(0, TIMEOUT.toNanos() - (ticker.nanos() - askedAtNanos));
    try {
      query.get(left, TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      LOG.debugf("Query timed out; using its last result: query=%s", subject.name());
    } catch (ExecutionException e) {
      LOG.errorf(e.getCause(), "Query failed; using its last result: query=%s", subject.name());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
