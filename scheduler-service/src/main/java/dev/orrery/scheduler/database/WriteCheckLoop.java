package dev.orrery.scheduler.database;

import dev.orrery.scheduler.time.Ticker;
import dev.orrery.scheduler.watch.ProgressWatch;
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
 * Decides by a write, every two seconds, whether the database works: reads succeed on a standby,
 * and while no commit ends. One miss may be the fault of a connection, so a second connection tries
 * at once; two misses are an outage, which ends with the first write. An outage closes the
 * connections of all pools, so that calls that wait for an answer fail.
 *
 * <p>During an outage each host of the URL is tried by itself, because the driver tries one after
 * the other: a host that accepts connections and answers nothing would delay the way to a standby
 * that was promoted. So would a silent connection through an address that leads to the new primary
 * by now, so attempts do not wait for each other.
 */
@Singleton
class WriteCheckLoop {
  private static final Logger LOG = Logger.getLogger(WriteCheckLoop.class);

  /**
   * The times of the checks.
   *
   * @param interval between two checks while all is well
   * @param retry between two checks during an outage
   * @param spacing between the begins of two checks at least, however often statements fail
   * @param patience for the first connection, before the second one tries
   * @param longest time of a check; an attempt without an answer has missed
   * @param longestOutage time of an attempt during an outage, and of a login for a check: a URL
   *     with two hosts may need it to find the primary, if the first host does not answer
   * @param silence of an attempt during an outage, after which another one begins beside it
   */
  record Times(
      Duration interval,
      Duration retry,
      Duration spacing,
      Duration patience,
      Duration longest,
      Duration longestOutage,
      Duration silence) {}

  private static final Duration STEP = Duration.ofMillis(100);

  private static final Times TIMES =
      new Times(
          WriteCheckStore.LONGEST,
          Duration.ofMillis(500),
          Duration.ofMillis(250),
          Duration.ofMillis(500),
          WriteCheckStore.LONGEST,
          WriteCheckStore.LONGEST.multipliedBy(3),
          Duration.ofSeconds(1));

  private final WriteSession.Source sessions;
  private final PoolFlush pools;
  private final DatabaseReachability reachability;
  private final ProgressWatch watch;
  private final Ticker ticker;
  private final Times times;
  private final Semaphore wakes = new Semaphore(0);
  private final ExecutorService attempts = Executors.newCachedThreadPool(WriteCheckLoop::thread);
  private final Thread thread = thread(this::run);
  private final HostAttempts hostAttempts;
  private WriteSession kept;
  private long lastCheckAt;
  private volatile long lostAt;
  private volatile boolean reconnect;
  private volatile boolean grows;
  private volatile boolean doubtful;
  private volatile boolean stopping;

  @Inject
  WriteCheckLoop(
      WriteCheckStore sessions,
      PoolFlush pools,
      DatabaseReachability reachability,
      ProgressWatch watch,
      MeterRegistry registry,
      Ticker ticker) {
    this(sessions, pools, reachability, watch, registry, ticker, TIMES);
  }

  WriteCheckLoop(
      WriteSession.Source sessions,
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
        new HostAttempts(
            source -> begin(source, null, times.longestOutage()), times.silence(), ticker);
    this.lastCheckAt = ticker.nanos() - times.spacing().toNanos();
    reachability.listen(this::onFailure, this::onOtherServer);
    TimeGauge.builder("orrery.database.outage", this::outageMillis, TimeUnit.MILLISECONDS)
        .description("Time for which the database has taken no write of this replica; 0 if it does")
        .register(registry);
  }

  void start(@Observes StartupEvent event, SchemaState schema) {
    if (schema.isKnown()) {
      // A replica is ready soon after its start, so the first check is due at once.
      wakes.release();
      thread.start();
    }
  }

  void stop(@Observes ShutdownEvent event) {
    stopping = true;
    wakes.release();
    attempts.shutdown();
  }

  /** A failure of any statement makes the next check due. */
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

  /** Idle connections that were closed are still in the pools. */
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
        // Statements may fail often while the check succeeds.
        pauseSince(lastCheckAt, times.spacing());
        lastCheckAt = ticker.nanos();
        if (!stopping) {
          check();
        }
      } catch (InterruptedException e) {
        return;
      } catch (RejectedExecutionException e) {
        LOG.debug("Check of the database skipped, the service stops");
      } catch (RuntimeException | Error e) {
        // Without this thread an outage would never end.
        LOG.error("Check of the database failed; it runs again", e);
      }
    }
    drop();
    hostAttempts.abandon();
  }

  private void pauseSince(long at, Duration time) throws InterruptedException {
    TimeUnit.NANOSECONDS.sleep(left(at, time));
  }

  /** Runs one check; blocks for at most its longest time. */
  void check() throws InterruptedException {
    if (reconnect) {
      // The pools may have connections to another server than this one.
      reconnect = false;
      pools.gracefully();
      drop();
    }
    if (!reachability.isReachable()) {
      checkHosts();
      return;
    }
    long began = ticker.nanos();
    // A first connection takes longer than a write.
    Duration longest = kept != null ? times.longest() : times.longestOutage();
    WriteAttempt first = begin(kept, longest);
    kept = null;
    first.await(times.patience());
    if (first.isWritten()) {
      kept = first.keep();
      onWritten();
      return;
    }
    boolean broken = first.hasFailed();
    WriteAttempt second = begin(null, longest);
    long left;
    while ((left = left(first, second, began, longest)) > 0) {
      // A login that succeeds in the meantime shortens the time.
      WriteAttempt.awaitAny(first, second, Duration.ofNanos(Math.min(left, STEP.toNanos())));
    }
    if (left(began, longest.plus(longest.dividedBy(2))) < 0) {
      // This process was paused, so answers may have arrived that no thread has read yet.
      first.abandon();
      second.abandon();
      wakes.release();
      return;
    }
    conclude(first, second, broken);
  }

  /** Nanoseconds until both have missed; 0 if both are done. */
  private long left(WriteAttempt first, WriteAttempt second, long began, Duration longest) {
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
   * Returns true if one host took a write. A try without an answer goes on during the next checks.
   */
  private boolean tryHosts() throws InterruptedException {
    Optional<WriteSession> written = hostAttempts.tryAll(sessions.hosts(), times.spacing());
    if (!hostAttempts.isWritten()) {
      return false;
    }
    kept = written.orElse(null);
    written.ifPresent(WriteSession::adopt);
    hostAttempts.abandon();
    return true;
  }

  private void conclude(WriteAttempt first, WriteAttempt second, boolean broken)
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
      letGoOfOldConnections(broken);
    }
    (first.isWritten() ? second : first).abandon();
    onWritten();
  }

  /**
   * Connections of the pools may have been lost with that of the check, unless one of them has
   * written, which is not kept.
   */
  private void letGoOfOldConnections(boolean broken) {
    if (kept == null) {
      return;
    }
    if (broken) {
      pools.gracefully();
    } else {
      LOG.warn(
          "Old connections to the database did not answer for 2 s, but new ones do; all old ones were"
              + " closed");
      pools.atOnce();
    }
  }

  /** The driver hides why it refused a primary if a standby answers; each host says it itself. */
  private void onNoPrimary(boolean broken) throws InterruptedException {
    if (!tryHosts()) {
      onMissed(hostAttempts.cause().orElse(OutageCause.READ_ONLY), Optional.empty());
      return;
    }
    letGoOfOldConnections(broken);
    onWritten();
  }

  private static OutageCause cause(WriteAttempt first, WriteAttempt second) {
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
          "Database takes no writes, calls are refused until it does: cause=%s: %s",
          cause, failure.map(WriteCheckLoop::firstLine).orElse(cause.reason()));
      letGo(cause);
      return;
    }
    reachability.lost(cause);
    if (cause.isSilent() && !before.isSilent()) {
      letGo(cause);
    }
  }

  /** Calls that wait for an answer wait no longer; where the database answers, they may end. */
  private void letGo(OutageCause cause) {
    switch (cause) {
      case HANGING, AWAY -> pools.atOnce();
      case READ_ONLY, SESSION_NOT_KEPT, DISK_FULL, OLD_PRIMARY, OTHER_DATABASE ->
          pools.gracefully();
      case TOO_MANY_CONNECTIONS ->
          LOG.debug("Connections of the pools stay, as there are no others");
      default -> throw new IllegalStateException(cause.name());
    }
  }

  private void onWritten() {
    reachability.written();
    grows = false;
    doubtful = false;
    if (!reachability.isReachable()) {
      // What the pools have opened in the meantime may lead to the database that was lost.
      pools.afterOutage();
      reachability.reached();
      watch.resume();
      LOG.infof(
          "Database takes writes again after %.1f s", (ticker.nanos() - lostAt) / 1_000_000_000.0);
    }
  }

  private WriteAttempt begin(WriteSession session, Duration longest) {
    return begin(sessions, session, longest);
  }

  private WriteAttempt begin(WriteSession.Source source, WriteSession session, Duration longest) {
    WriteAttempt attempt = new WriteAttempt(source, session, grows, doubtful, longest, ticker);
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

  private static String firstLine(DatabaseException failure) {
    return String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "orrery-database-check");
    thread.setDaemon(true);
    return thread;
  }
}
