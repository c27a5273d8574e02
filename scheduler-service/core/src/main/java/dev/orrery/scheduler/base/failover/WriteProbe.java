package dev.orrery.scheduler.base.failover;

import dev.orrery.scheduler.base.database.DatabaseException;
import dev.orrery.scheduler.base.database.OutageCause;
import dev.orrery.scheduler.base.time.Ticker;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.jboss.logging.Logger;

/** One attempt to write to the database, on its own thread and connection. */
final class WriteProbe implements Runnable {
  private static final Logger LOG = Logger.getLogger(WriteProbe.class);

  /** The pause before the next try if another write holds the row. */
  private static final Duration ROW_HELD = Duration.ofMillis(100);

  private final ProbeConnection.Source sessions;
  private final boolean grows;
  private final boolean doubtful;
  private final Duration longest;
  private final Ticker ticker;
  private final CompletableFuture<Void> done = new CompletableFuture<>();
  private ProbeConnection session;
  private boolean abandoned;
  private volatile DatabaseException failure;
  private volatile boolean written;
  private volatile Long openSince;

  /**
   * @param session the connection to write on; null to open one
   * @param longest the time for which to retry while the row is held
   */
  WriteProbe(
      ProbeConnection.Source sessions,
      ProbeConnection session,
      boolean grows,
      boolean doubtful,
      Duration longest,
      Ticker ticker) {
    this.sessions = sessions;
    this.session = session;
    this.grows = grows;
    this.doubtful = doubtful;
    this.longest = longest;
    this.ticker = ticker;
  }

  @Override
  public void run() {
    long began = ticker.nanos();
    try {
      ProbeConnection own = opened();
      while (!isAbandoned() && !written && ticker.nanos() - began < longest.toNanos()) {
        written = own.write(grows);
        if (!written) {
          LockSupport.parkNanos(ROW_HELD.toNanos());
        }
      }
    } catch (DatabaseException e) {
      if (e.isOutage() || e.isExhausted() || session() == null) {
        LOG.debugf(
            "Write check failed; the next check decides whether this is an outage: duration=%d ms: %s",
            Duration.ofNanos(ticker.nanos() - began).toMillis(), e.getMessage());
        failure = e;
      } else {
        // The database is reachable: a lock or a revoked right is not an outage.
        LOG.debugf(
            "Database refused the write check; treating it as reachable: %s", e.getMessage());
        written = true;
      }
    } catch (RuntimeException e) {
      LOG.error("Write check failed; the next check retries", e);
    } finally {
      done.complete(null);
      closeUnlessWritten();
    }
  }

  private ProbeConnection opened() {
    ProbeConnection opened = session();
    if (opened == null) {
      opened = open();
      take(opened);
    }
    openSince = ticker.nanos();
    return opened;
  }

  private ProbeConnection open() {
    try {
      return sessions.open(doubtful);
    } catch (DatabaseException e) {
      if (OutageCause.of(e) != OutageCause.TOO_MANY_CONNECTIONS) {
        throw e;
      }
      // Set before the wait for the pool, whose connections may still work.
      failure = e;
      ProbeConnection borrowed = borrow(e);
      failure = null;
      return borrowed;
    }
  }

  private ProbeConnection borrow(DatabaseException refused) {
    try {
      return sessions.borrow();
    } catch (DatabaseException e) {
      refused.addSuppressed(e);
      throw refused;
    }
  }

  private synchronized ProbeConnection session() {
    return session;
  }

  private synchronized void take(ProbeConnection opened) {
    session = opened;
  }

  private synchronized boolean isAbandoned() {
    return abandoned;
  }

  private synchronized void closeUnlessWritten() {
    if (session != null && (abandoned || !written)) {
      session.close();
      session = null;
    }
  }

  /** Ends the probe, and closes its connection, now or as soon as it is open. */
  synchronized void abandon() {
    abandoned = true;
    if (session == null) {
      return;
    }
    if (done.isDone()) {
      session.close();
      session = null;
    } else {
      session.abort();
    }
  }

  /** Returns the connection for the next probe; null if it cannot be used again. */
  synchronized ProbeConnection keep() {
    ProbeConnection own = session;
    session = null;
    if (own != null && !own.isOwn()) {
      own.close();
      return null;
    }
    return own;
  }

  /**
   * Returns the nanoseconds that the probe has left if a write may take {@code longestWrite}. A
   * login has no limit here: the caller bounds it.
   */
  long left(Duration longestWrite) {
    if (isDone()) {
      return 0;
    }
    Long since = openSince;
    return since == null ? Long.MAX_VALUE : longestWrite.toNanos() - (ticker.nanos() - since);
  }

  boolean isWritten() {
    return done.isDone() && written;
  }

  boolean isDone() {
    return done.isDone();
  }

  boolean hasFailed() {
    return done.isDone() && !written;
  }

  /** Returns the failure, possibly before the probe ends; empty if there is none. */
  Optional<DatabaseException> failure() {
    return Optional.ofNullable(failure);
  }

  void await(Duration time) throws InterruptedException {
    await(done, time);
  }

  /** Waits at most this long until one more of the two probes has ended. */
  static void awaitAny(WriteProbe first, WriteProbe second, Duration time)
      throws InterruptedException {
    if (first.isDone()) {
      second.await(time);
    } else if (second.isDone()) {
      first.await(time);
    } else {
      await(CompletableFuture.anyOf(first.done, second.done), time);
    }
  }

  /** Waits at most this long until one probe has written or all have ended. */
  static void awaitWritten(List<WriteProbe> attempts, Duration time) throws InterruptedException {
    CompletableFuture<Void> written = new CompletableFuture<>();
    for (WriteProbe attempt : attempts) {
      var unused =
          attempt.done.thenRun(
              () -> {
                if (attempt.written) {
                  written.complete(null);
                }
              });
    }
    CompletableFuture<Void> ended =
        CompletableFuture.allOf(
            attempts.stream().map(attempt -> attempt.done).toArray(CompletableFuture[]::new));
    await(CompletableFuture.anyOf(written, ended), time);
  }

  private static void await(CompletableFuture<?> end, Duration time) throws InterruptedException {
    try {
      end.get(time.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      // The caller checks which probes have ended.
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }
}
