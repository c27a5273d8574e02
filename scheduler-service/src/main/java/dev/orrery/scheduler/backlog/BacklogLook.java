package dev.orrery.scheduler.backlog;

import dev.orrery.scheduler.agreement.Software;
import dev.orrery.scheduler.database.DatabaseException;
import dev.orrery.scheduler.group.HotExecutor;
import dev.orrery.scheduler.time.Ticker;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
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
 * Keeps the last look for a few seconds, so that scrapes cost one statement however many there are.
 * Nobody looks while nobody asks.
 */
@Singleton
class BacklogLook {
  private static final Logger LOG = Logger.getLogger(BacklogLook.class);
  private static final Duration FRESH = Duration.ofSeconds(3);

  /** A scrape must not hang on a database that does; it then shows what was seen last. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /** What is older than this says nothing any more. */
  private static final Duration STALE = Duration.ofMinutes(1);

  private final Supplier<Backlog> store;
  private final Executor executor;
  private final Ticker ticker;
  private CompletableFuture<Void> underWay;
  private long askedAtNanos;
  private volatile Seen seen;

  @Inject
  BacklogLook(BacklogStore store, Software software, HotExecutor executor, Ticker ticker) {
    this(() -> store.look(software.version()), executor, ticker);
  }

  /**
   * @param store looks at the database; blocks
   */
  BacklogLook(Supplier<Backlog> store, Executor executor, Ticker ticker) {
    this.store = store;
    this.executor = executor;
    this.ticker = ticker;
  }

  private record Seen(Backlog backlog, long atNanos) {}

  /** What was seen last; looks first if that was long ago. Empty if the database is away. */
  Optional<Backlog> current() {
    await(lookIfDue());
    Seen last = seen;
    return last == null || ticker.nanos() - last.atNanos() > STALE.toNanos()
        ? Optional.empty()
        : Optional.of(last.backlog());
  }

  /** One look at a time, and the next one only when this one is no longer fresh. */
  private synchronized CompletableFuture<Void> lookIfDue() {
    long now = ticker.nanos();
    if (underWay == null || (underWay.isDone() && now - askedAtNanos > FRESH.toNanos())) {
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
      seen = new Seen(store.get(), ticker.nanos());
    } catch (DatabaseException e) {
      if (!e.isOutage()) {
        throw e;
      }
      LOG.debugf("No look at the backlog: %s", e.getMessage());
    }
  }

  private void await(CompletableFuture<Void> look) {
    if (look.isDone()) {
      return;
    }
    try {
      look.get(left(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      LOG.debug("The look at the backlog takes long; what was seen last is shown");
    } catch (ExecutionException e) {
      LOG.error("The look at the backlog failed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The gauges of one scrape share one patience. */
  private synchronized long left() {
    return Math.max(0, PATIENCE.toNanos() - (ticker.nanos() - askedAtNanos));
  }
}
