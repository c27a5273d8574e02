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
 * Keeps the last look at the database for a while, so that scrapes cost one look however many there
 * are. Nobody looks while nobody asks.
 *
 * @param <T> what is seen
 */
public final class CachedQuery<T> {
  private static final Logger LOG = Logger.getLogger(CachedQuery.class);

  /** A scrape must not hang on a database that does; it then shows what was seen last. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Subject<T> subject;
  private final Executor executor;
  private final Ticker ticker;
  private CompletableFuture<Void> underWay;
  private long askedAtNanos;
  private volatile Seen<T> seen;

  public CachedQuery(Subject<T> subject, Executor executor, Ticker ticker) {
    this.subject = subject;
    this.executor = executor;
    this.ticker = ticker;
  }

  /**
   * The query whose result is cached.
   *
   * @param name for the log, such as {@code backlog}
   * @param store looks at the database; blocks
   * @param fresh so long nobody looks again
   * @param stale what is older than this says nothing any more; longer than {@code fresh}
   */
  public record Subject<T>(String name, Supplier<T> store, Duration fresh, Duration stale) {}

  private record Seen<T>(T what, long atNanos) {}

  /** What was seen last; looks first if that was long ago. Empty if the database is away. */
  public Optional<T> current() {
    await(lookIfDue());
    Seen<T> last = seen;
    return last == null || ticker.nanos() - last.atNanos() > subject.stale().toNanos()
        ? Optional.empty()
        : Optional.of(last.what());
  }

  /** One look at a time, and the next one only when this one is no longer fresh. */
  private synchronized CompletableFuture<Void> lookIfDue() {
    long now = ticker.nanos();
    if (underWay == null || (underWay.isDone() && now - askedAtNanos > subject.fresh().toNanos())) {
      askedAtNanos = now;
      try {
        underWay = CompletableFuture.runAsync(this::look, executor);
      } catch (RejectedExecutionException e) {
        underWay = CompletableFuture.failedFuture(e);
      }
    }
    return underWay;
  }

  private void look() {
    try {
      seen = new Seen<>(subject.store().get(), ticker.nanos());
    } catch (DatabaseException e) {
      if (!e.isOutage()) {
        throw e;
      }
      LOG.debugf("No look at the %s: %s", subject.name(), e.getMessage());
    }
  }

  private void await(CompletableFuture<Void> look) {
    if (look.isDone()) {
      return;
    }
    try {
      look.get(left(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      LOG.debugf("The look at the %s takes long; what was seen last is shown", subject.name());
    } catch (ExecutionException e) {
      LOG.errorf(e.getCause(), "The look at the %s failed", subject.name());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The gauges of one scrape share one patience. */
  private synchronized long left() {
    return Math.max(0, PATIENCE.toNanos() - (ticker.nanos() - askedAtNanos));
  }
}
