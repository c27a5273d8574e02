package dev.orrery.scheduler.base.failover;

import dev.orrery.scheduler.base.database.DatabaseException;
import dev.orrery.scheduler.base.database.DatabaseReachability;
import dev.orrery.scheduler.base.database.OutageCause;
import dev.orrery.scheduler.base.database.SchemaState;
import dev.orrery.scheduler.base.lifecycle.ProgressWatch;
import dev.orrery.scheduler.base.time.Ticker;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Detects outages of the database by writing to it every two seconds. Reads would not show them,
 * because they also succeed on a standby, and while commits hang. A failed write may be due to its
 * connection, so a second connection tries within the same check. Two failed writes start an
 * outage, and the first successful write ends it. If the database does not respond, the connections
 * of all pools are closed, so that waiting calls fail.
 *
 * <p>During an outage each host of the URL is tried separately, because the driver tries one after
 * the other: a host that accepts connections but never responds would delay the connection to a
 * promoted standby. An old silent connection through an address that now leads to the new primary
 * would also delay it, so probes do not wait for each other.
 */
@Singleton
class FailoverDetector {
  private static final Logger LOG = Logger.getLogger(FailoverDetector.class);

  /**
   * The times of the checks.
   *
   * @param interval between two checks without an outage
   * @param retry between two checks during an outage
   * @param spacing the minimum time between the starts of two checks, however often statements fail
   * @param patience the wait for the first connection before the second one tries
   * @param longest the maximum time of a check; a probe without a response has failed then
   * @param longestOutage the maximum time of a probe during an outage, and of a login for a check:
   *     a URL with two hosts may need it to find the primary, if the first host does not respond
   * @param silence the time without a response during an outage after which another probe begins
   */
  record Times(
      Duration interval,
      Duration retry,
      Duration spacing,
      Duration patience,
      Duration longest,
      Duration longestOutage,
      Duration silence) {}

  private static final Duration POLL_INTERVAL = Duration.ofMillis(100);

  private static final Times TIMES =
      new Times(
          ProbeStore.PROBE_TIMEOUT,
          Duration.ofMillis(500),
          Duration.ofMillis(250),
          Duration.ofMillis(500),
          ProbeStore.PROBE_TIMEOUT,
          ProbeStore.PROBE_TIMEOUT.multipliedBy(3),
          Duration.ofSeconds(1));

  private final ProbeConnection.Source sessions;
  private final PoolFlush pools;
  private final DatabaseReachability reachability;
  private final ProgressWatch watch;
  private final Ticker ticker;
  private final Times times;
  private final Semaphore wakes = new Semaphore(0);
  private final ExecutorService attempts = Executors.newCachedThreadPool(FailoverDetector::thread);
  private final Thread thread = thread(this::run);
  private final HostProbes hostAttempts;
  private ProbeConnection kept;
  private long lastCheckAt;
  private volatile long lostAt;
  private volatile boolean reconnect;
  private volatile boolean grows;
  private volatile boolean doubtful;
  private volatile boolean stopping;

  @Inject
  FailoverDetector(
      ProbeStore sessions,
      PoolFlush pools,
      DatabaseReachability reachability,
      ProgressWatch watch,
      MeterRegistry registry,
      Ticker ticker) {
    this(sessions, pools, reachability, watch, registry, ticker, TIMES);
  }

  FailoverDetector(
      ProbeConnection.Source sessions,
      PoolFlush pools,
      DatabaseReachability reachability,
      ProgressWatch watch,
      MeterRegistry registry,
      Ticker ticker,
      Times times) {
    this.sessions = sessions;
    this.pools = pools;
    this.reachability = reachability;
    this.watch = watch;
    this.ticker = ticker;
    this.times = times;
    this.hostAttempts =
        new HostProbes(
            source -> begin(source, null, times.longestOutage()), times.silence(), ticker);
    this.lastCheckAt = ticker.nanos() - times.spacing().toNanos();
    reachability.listen(this::onFailure, this::onOtherServer);
    TimeGauge.builder("orrery.database.outage", this::outageMillis, TimeUnit.MILLISECONDS)
        .description("Time for which the database has taken no write of this replica; 0 if it does")
        .register(registry);
  }

  void start(@Observes StartupEvent event, SchemaState schema) {
    if (schema.isKnown()) {
      // The first check runs immediately, so that the replica becomes ready soon.
      wakes.release();
      thread.start();
    }
  }

  void stop(@Observes ShutdownEvent event) {
    stopping = true;
    wakes.release();
    attempts.shutdown();
  }

  /** Requests a check, because a statement failed. */
  private void onFailure(DatabaseException failure) {
    if (failure.isForeignSession()) {
      doubtful = true;
    }
    if (failure.isReadOnly() || failure.isForeignSession()) {
      reconnect = true;
    }
    if (OutageCause.of(failure) == OutageCause.DISK_FULL) {
      grows = true;
    }
    wakes.release();
  }

  /** Requests a check that also flushes the pools, which still hold the closed idle connections. */
  private void onOtherServer() {
    reconnect = true;
    wakes.release();
  }

  private void run() {
    while (!stopping) {
      try {
        Duration pause = reachability.isReachable() ? times.interval() : times.retry();
        if (wakes.tryAcquire(pause.toNanos(), TimeUnit.NANOSECONDS)) {
          wakes.drainPermits();
        }
        // Statements may fail often even if the checks succeed.
        pauseSince(lastCheckAt, times.spacing());
        lastCheckAt = ticker.nanos();
        if (!stopping && !check()) {
          wakes.release();
        }
      } catch (InterruptedException e) {
        return;
      } catch (RejectedExecutionException e) {
        LOG.debug("Skipped the database check because the service is stopping");
      } catch (RuntimeException | Error e) {
        // The thread must survive: without it an outage would never end.
        LOG.error("Database check failed; retrying", e);
      }
    }
    drop();
    hostAttempts.abandon();
  }

  private void pauseSince(long at, Duration time) throws InterruptedException {
    TimeUnit.NANOSECONDS.sleep(left(at, time));
  }

  /**
   * Runs one check; blocks for at most its maximum time.
   *
   * @return false if this process was paused meanwhile, so that the check has no result
   */
  boolean check() throws InterruptedException {
    if (reconnect) {
      // The pools may hold connections to another server.
      reconnect = false;
      pools.gracefully();
      drop();
    }
    if (!reachability.isReachable()) {
      checkHosts();
      return true;
    }
    long began = ticker.nanos();
    // A new connection takes longer than a write.
    Duration longest = kept != null ? times.longest() : times.longestOutage();
    WriteProbe first = begin(kept, longest);
    kept = null;
    first.await(times.patience());
    if (first.isWritten()) {
      kept = first.keep();
      onWritten();
      return true;
    }
    boolean broken = first.hasFailed();
    WriteProbe second = begin(null, longest);
    long left;
    while ((left = left(first, second, began, longest)) > 0) {
      // A login that succeeds in the meantime shortens the remaining time.
      WriteProbe.awaitAny(first, second, Duration.ofNanos(Math.min(left, POLL_INTERVAL.toNanos())));
    }
    if (left(began, longest.plus(longest.dividedBy(2))) < 0) {
      // Responses may have arrived that no thread has read yet.
      first.abandon();
      second.abandon();
      return false;
    }
    conclude(first, second, broken);
    return true;
  }

  /** Returns the nanoseconds until both probes have failed; 0 if both are done. */
  private long left(WriteProbe first, WriteProbe second, long began, Duration longest) {
    long writes = Math.max(first.left(times.longest()), second.left(times.longest()));
    return Math.min(writes, left(began, longest));
  }

  private void checkHosts() throws InterruptedException {
    drop();
    if (tryHosts()) {
      onWritten();
    } else {
      OutageCause cause = hostAttempts.cause().or(reachability::outage).orElse(OutageCause.AWAY);
      onMissed(cause, Optional.empty());
    }
  }

  /**
   * Returns true if a host accepted a write. A probe without a response continues during the next
   * checks.
   */
  private boolean tryHosts() throws InterruptedException {
    Optional<ProbeConnection> written = hostAttempts.tryAll(sessions.hosts(), times.spacing());
    if (!hostAttempts.isWritten()) {
      return false;
    }
    kept = written.orElse(null);
    written.ifPresent(ProbeConnection::adopt);
    hostAttempts.abandon();
    return true;
  }

  private void conclude(WriteProbe first, WriteProbe second, boolean broken)
      throws InterruptedException {
    if (!first.isWritten() && !second.isWritten()) {
      OutageCause cause = cause(first, second);
      first.abandon();
      second.abandon();
      if (cause == OutageCause.READ_ONLY && sessions.hosts().size() > 1) {
        onNoPrimary(broken);
      } else {
        onMissed(cause, second.failure().or(first::failure));
      }
      return;
    }
    kept = first.isWritten() ? first.keep() : second.keep();
    if (!first.isWritten()) {
      evictOldConnections(broken);
    }
    (first.isWritten() ? second : first).abandon();
    onWritten();
  }

  /**
   * Closes the connections of the pools, which may be broken like the connection of the check.
   * Keeps them if a pooled connection has written successfully.
   */
  private void evictOldConnections(boolean broken) {
    if (kept == null) {
      return;
    }
    if (broken) {
      pools.gracefully();
    } else {
      LOG.warn(
          "Old connections to the database did not answer for 2 s, but new ones do; closing all"
              + " old ones");
      pools.atOnce();
    }
  }

  /**
   * Tries each host separately to find the cause: the driver hides the failure of a primary if a
   * standby responds.
   */
  private void onNoPrimary(boolean broken) throws InterruptedException {
    if (!tryHosts()) {
      onMissed(hostAttempts.cause().orElse(OutageCause.READ_ONLY), Optional.empty());
      return;
    }
    evictOldConnections(broken);
    onWritten();
  }

  private static OutageCause cause(WriteProbe first, WriteProbe second) {
    return second.failure().or(first::failure).map(OutageCause::of).orElse(OutageCause.HANGING);
  }

  private void onMissed(OutageCause cause, Optional<DatabaseException> failure) {
    doubtful = cause == OutageCause.SESSION_NOT_KEPT;
    OutageCause before = reachability.outage().orElse(null);
    if (before == null) {
      lostAt = ticker.nanos();
      watch.suspend();
      reachability.lost(cause);
      LOG.errorf(
          "Database is not writable; rejecting calls until it is: cause=%s: %s",
          cause, failure.map(DatabaseException::firstLine).orElse(cause.reason()));
      evictConnections(cause);
      return;
    }
    reachability.lost(cause);
    if (cause.isSilent() && !before.isSilent()) {
      evictConnections(cause);
    }
  }

  /**
   * Closes the connections of the pools: immediately if the database is silent, so that waiting
   * calls fail; otherwise after their running call.
   */
  private void evictConnections(OutageCause cause) {
    switch (cause) {
      case HANGING, AWAY -> pools.atOnce();
      case READ_ONLY, SESSION_NOT_KEPT, DISK_FULL, OLD_PRIMARY, OTHER_DATABASE ->
          pools.gracefully();
      case TOO_MANY_CONNECTIONS ->
          LOG.debug("Database refused new connections; keeping the pooled connections");
      default -> throw new IllegalStateException(cause.name());
    }
  }

  private void onWritten() {
    reachability.written();
    grows = false;
    doubtful = false;
    if (!reachability.isReachable()) {
      // Connections that the pools opened during the outage may lead to the lost server.
      pools.afterOutage();
      reachability.reached();
      watch.resume();
      LOG.infof(
          "Database is writable again; accepting calls: outage=%.1f s",
          (ticker.nanos() - lostAt) / 1_000_000_000.0);
    }
  }

  private WriteProbe begin(ProbeConnection session, Duration longest) {
    return begin(sessions, session, longest);
  }

  private WriteProbe begin(
      ProbeConnection.Source source, ProbeConnection session, Duration longest) {
    WriteProbe attempt = new WriteProbe(source, session, grows, doubtful, longest, ticker);
    attempts.execute(attempt);
    return attempt;
  }

  private void drop() {
    if (kept != null) {
      kept.close();
      kept = null;
    }
  }

  private double outageMillis() {
    return reachability.isReachable() ? 0 : (ticker.nanos() - lostAt) / 1_000_000.0;
  }

  private long left(long began, Duration longest) {
    return longest.toNanos() - (ticker.nanos() - began);
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "orrery-database-check");
    thread.setDaemon(true);
    return thread;
  }
}
