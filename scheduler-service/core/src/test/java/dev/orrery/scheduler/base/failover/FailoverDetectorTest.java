package dev.orrery.scheduler.base.failover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orrery.scheduler.base.database.ConnectionRegistry;
import dev.orrery.scheduler.base.database.DatabaseException;
import dev.orrery.scheduler.base.database.DatabaseFailures;
import dev.orrery.scheduler.base.database.DatabaseReachability;
import dev.orrery.scheduler.base.database.FakeWriteSessions;
import dev.orrery.scheduler.base.database.OutageCause;
import dev.orrery.scheduler.base.database.ScriptedFence;
import dev.orrery.scheduler.base.lifecycle.ProgressWatch;
import dev.orrery.scheduler.base.lifecycle.StallScope;
import dev.orrery.scheduler.base.time.SettableTicker;
import dev.orrery.scheduler.base.time.Ticker;
import dev.orrery.scheduler.testkit.CapturedLog;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Checks which outages and pool flushes follow from the results of write checks. */
@Execution(ExecutionMode.CONCURRENT)
@Tag("slow")
class FailoverDetectorTest {
  private static final Duration SHORT = Duration.ofMillis(20);
  private static final Duration LONGEST = Duration.ofMillis(600);
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Duration SILENCE = Duration.ofMinutes(1);

  /** For a database that answers, however long a slow machine takes. */
  private static final FailoverDetector.Times PATIENT =
      new FailoverDetector.Times(SHORT, SHORT, LONGEST, LONG, LONG, LONG, SILENCE);

  /** For a database that does not answer. */
  private static final FailoverDetector.Times IMPATIENT =
      new FailoverDetector.Times(
          SHORT, SHORT, LONGEST, Duration.ofMillis(200), LONGEST, LONG, SILENCE);

  private final FakeWriteSessions database = new FakeWriteSessions();
  private final List<String> flushes = new ArrayList<>();
  private final AtomicLong paused = new AtomicLong();
  private final DatabaseReachability reachability = new DatabaseReachability();
  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final SettableTicker watchTicker = new SettableTicker();
  private final ProgressWatch watch = new ProgressWatch(registry, watchTicker);
  private FailoverDetector loop = loop(PATIENT);

  @Test
  void reusesConnectionAcrossSuccessfulChecks() throws InterruptedException {
    assertThat(reachability.hasWritten()).isFalse();
    check();
    check();

    assertThat(reachability.hasWritten()).isTrue();
    assertThat(reachability.isReachable()).isTrue();
    assertThat(database.opened()).isOne();
    assertThat(database.growing()).containsExactly(false, false);
    assertThat(flushes).isEmpty();
  }

  @Test
  void flushesPoolsGracefullyOnServerChange() throws InterruptedException {
    check();

    reachability.otherServer();
    check();

    assertThat(flushes).containsExactly("gracefully");
    assertThat(database.opened()).isEqualTo(2);
    assertThat(database.stillOpen()).isOne();
  }

  @Test
  void endsOutageOnFirstSuccessfulWrite() throws InterruptedException {
    AtomicInteger ended = new AtomicInteger();
    reachability.onReached(ended::incrementAndGet);
    check();
    database.failWith(DatabaseFailures.readOnly());

    check();
    assertThat(reachability.outage()).contains(OutageCause.READ_ONLY);
    assertThat(flushes).containsExactly("gracefully");
    assertThat(outageSeconds()).isPositive();
    assertThat(ended).hasValue(0);

    database.work();
    check();
    check();
    assertThat(ended).hasValue(1);
    assertThat(flushes).containsExactly("gracefully", "after the outage");
    assertThat(reachability.isReachable()).isTrue();
    assertThat(outageSeconds()).isZero();
    assertThat(reachability.outages()).isOne();
  }

  @Test
  void ignoresStalledComponentsOnlyDuringOutage() throws InterruptedException {
    watch.watch("part", StallScope.OWN, Duration.ofSeconds(10), () -> true, () -> 0);
    check();
    stalledAfter(0);
    assertThat(stalledAfter(15)).isEqualTo(5);

    database.failWith(DatabaseFailures.readOnly());
    check();
    assertThat(reachability.isReachable()).isFalse();
    assertThat(stalledAfter(100)).isZero();

    database.work();
    check();
    assertThat(reachability.isReachable()).isTrue();
    assertThat(stalledAfter(0)).isZero();
    assertThat(stalledAfter(15)).isEqualTo(5);
  }

  /** The tests of this class run at once; only this one has a full disk. */
  @Test
  void logsOutageStartWithCauseAndOutageEnd() throws InterruptedException {
    check();
    try (CapturedLog log = CapturedLog.of(FailoverDetector.class)) {
      database.failWith(new DatabaseException(new SQLException("no space left", "53100")));
      check();
      check();

      assertThat(log.lines())
          .filteredOn(line -> line.contains("cause=DISK_FULL"))
          .singleElement()
          .asString()
          .startsWith("ERROR Database is not writable; rejecting calls until it is")
          .contains("no space left");

      database.work();
      check();
      assertThat(log.lines())
          .anyMatch(
              line -> line.startsWith("INFO Database is writable again; accepting calls: outage="));
    }
  }

  private double stalledAfter(int seconds) {
    watchTicker.advance(Duration.ofSeconds(seconds));
    return registry.get("orrery.stalled").timeGauge().value(TimeUnit.SECONDS);
  }

  @Test
  void reportsOutageWhenDatabaseIsUnreachable() throws InterruptedException {
    check();
    database.failWith(DatabaseFailures.outage());
    database.refuseWith(DatabaseFailures.outage());

    check();

    assertThat(reachability.outage()).contains(OutageCause.AWAY);
    assertThat(flushes).containsExactly("at once");
  }

  /** As after a failover to a server with other users: no write was answered. */
  @Test
  void reportsOutageWhenDatabaseRefusesLogin() throws InterruptedException {
    check();
    database.failWith(DatabaseFailures.outage());
    database.refuseWith(new DatabaseException(new SQLException("password", "28P01")));

    check();

    assertThat(reachability.isReachable()).isFalse();
  }

  @Test
  void reportsHangingDatabaseAndClosesConnections() throws InterruptedException {
    loop = loop(IMPATIENT);
    check();
    flushes.clear();
    database.hang();

    check();

    assertThat(reachability.outage()).contains(OutageCause.HANGING);
    assertThat(flushes).containsExactly("at once");
    await().untilAsserted(() -> assertThat(database.stillOpen()).isZero());
  }

  /** The time of a login, which a URL with several hosts may need, is not that of a write. */
  @Test
  @Timeout(10)
  void reportsHangingDatabaseOnFirstUnansweredWrite() throws InterruptedException {
    loop = loop(IMPATIENT);
    database.hang();

    check();

    assertThat(reachability.outage()).contains(OutageCause.HANGING);
  }

  /** SIGSTOP, or a laptop that slept. */
  @Test
  void ignoresPausesOfItsProcess() throws InterruptedException {
    loop = loop(IMPATIENT);
    check();
    database.hang();
    database.onWrite(() -> paused.addAndGet(Duration.ofSeconds(10).toNanos()));

    assertThat(loop.check()).as("has a result").isFalse();
    assertThat(reachability.isReachable()).isTrue();
    assertThat(flushes).isEmpty();
  }

  /** Such as a commit that waits for a synchronous standby. */
  @Test
  void reportsHangingDatabaseWhenRowStaysLocked() throws InterruptedException {
    loop = loop(IMPATIENT);
    database.hold();

    check();

    assertThat(reachability.outage()).contains(OutageCause.HANGING);
  }

  @Test
  void replacesBrokenConnectionAndFlushesPoolsGracefully() throws InterruptedException {
    check();
    database.breakTheOpenOnes();

    check();

    assertThat(reachability.outages()).isZero();
    assertThat(flushes).containsExactly("gracefully");
    assertThat(database.opened()).isEqualTo(2);
  }

  @Test
  void closesSilentlyDeadConnectionsOnceNewConnectionWorks() throws InterruptedException {
    loop = loop(IMPATIENT);
    int before;
    do {
      check();
      before = database.opened();
      flushes.clear();
      database.hangTheOpenOnes();
    } while (!loop.check());

    assertThat(reachability.isReachable()).isTrue();
    assertThat(flushes).containsExactly("at once");
    assertThat(database.opened()).isEqualTo(before + 1);
    await().untilAsserted(() -> assertThat(database.stillOpen()).isOne());
  }

  @Test
  void reportsNoOutageOnTableLock() throws InterruptedException {
    database.failWith(DatabaseFailures.busy());

    check();

    assertThat(reachability.isReachable()).isTrue();
  }

  @Test
  void flushesPoolsAfterReadOnlyFailureDespiteSuccessfulCheck() throws InterruptedException {
    check();
    reachability.failed(DatabaseFailures.readOnly());

    check();

    assertThat(reachability.isReachable()).isTrue();
    assertThat(flushes).containsExactly("gracefully");
    assertThat(database.opened()).isEqualTo(2);
  }

  /** An update in place succeeds on a full disk. */
  @Test
  void requiresNewDiskSpaceForFirstWriteAfterFullDisk() throws InterruptedException {
    reachability.failed(new DatabaseException(new SQLException("no space left", "53100")));

    check();
    check();

    assertThat(database.growing()).containsExactly(true, false);
  }

  @Test
  void keepsPooledConnectionsWhenServerRefusesNewConnections() throws InterruptedException {
    database.refuseWith(DatabaseFailures.tooManyConnections());

    check();

    assertThat(reachability.outage()).contains(OutageCause.TOO_MANY_CONNECTIONS);
    assertThat(flushes).isEmpty();
  }

  /** A pooler that changed its mode. */
  @Test
  void checksSessionsAfterPreparedStatementConflict() throws InterruptedException {
    check();
    reachability.failed(
        new DatabaseException(new SQLException("prepared statement \"S_1\" exists", "42P05")));

    check();
    assertThat(database.doubts()).containsExactly(false, true);

    reachability.failed(DatabaseFailures.readOnly());
    check();
    assertThat(database.doubts()).containsExactly(false, true, false);
  }

  /** Reads of a read-only database may still run when it freezes. */
  @Test
  void closesPooledConnectionsWhenReadOnlyServerBecomesUnreachable() throws InterruptedException {
    database.failWith(DatabaseFailures.readOnly());
    check();
    check();
    assertThat(flushes).containsExactly("gracefully");

    database.refuseWith(DatabaseFailures.outage());
    check();
    check();

    assertThat(reachability.outage()).contains(OutageCause.AWAY);
    assertThat(flushes).containsExactly("gracefully", "at once");
  }

  /** A URL may allow an attempt any time. */
  @Test
  void closesOldestUnansweredConnectionAttempts() throws InterruptedException {
    loop = loop(IMPATIENT);
    database.hang();
    check();
    check();
    int before = database.opened();
    for (int n = 0; n < 7; n++) {
      paused.addAndGet(SILENCE.toNanos());
      check();
    }

    assertThat(database.opened()).isEqualTo(before + 7);
    List<Integer> youngest = IntStream.rangeClosed(before + 4, before + 7).boxed().toList();
    await().untilAsserted(() -> assertThat(database.openOnes()).isEqualTo(youngest));
  }

  /** As of a server far away, whose login takes longer than a check waits for it. */
  @Test
  void updatesOutageCauseWhenDelayedLoginIsRefused() throws InterruptedException {
    loop = loop(IMPATIENT);
    database.hang();
    check();
    assertThat(reachability.outage()).contains(OutageCause.HANGING);
    database.delayLogins();
    database.refuseWith(DatabaseFailures.readOnly());
    check();
    assertThat(reachability.outage()).contains(OutageCause.HANGING);

    database.answer();

    await()
        .untilAsserted(
            () -> {
              check();
              assertThat(reachability.outage()).contains(OutageCause.READ_ONLY);
            });
  }

  /** The driver would wait for the frozen host first, for each connection. */
  @Test
  void endsOutageOnPromotedHostDespiteFrozenHost() throws InterruptedException {
    loop = loop(IMPATIENT);
    FakeWriteSessions frozen = new FakeWriteSessions();
    FakeWriteSessions standby = new FakeWriteSessions();
    database.onHosts(frozen, standby);
    database.hang();
    frozen.hang();
    standby.refuseWith(DatabaseFailures.readOnly());
    check();
    check();
    assertThat(reachability.outage()).contains(OutageCause.HANGING);

    standby.work();
    check();

    assertThat(reachability.isReachable()).isTrue();
    assertThat(frozen.opened()).isOne();
    assertThat(frozen.isAvoided()).isTrue();
    assertThat(standby.isAvoided()).isFalse();
    await().untilAsserted(() -> assertThat(frozen.stillOpen()).isZero());
    check();
    assertThat(standby.opened()).isOne();
  }

  /** Its address led to another server when it was made. */
  @Test
  void replacesSilentConnectionToEndOutage() throws InterruptedException {
    loop = loop(IMPATIENT);
    database.hang();
    check();
    check();
    assertThat(reachability.outage()).contains(OutageCause.HANGING);
    int silent = database.opened();

    database.hangTheOpenOnes();
    database.work();
    check();
    assertThat(database.opened()).isEqualTo(silent);
    paused.addAndGet(SILENCE.toNanos());
    check();

    assertThat(reachability.isReachable()).isTrue();
    assertThat(database.opened()).isEqualTo(silent + 1);
    assertThat(database.isAvoided()).isFalse();
    await().untilAsserted(() -> assertThat(database.stillOpen()).isOne());
  }

  @Test
  void reportsReadOnlyOnlyWhenAllHostsAreStandbys() throws InterruptedException {
    FakeWriteSessions primary = new FakeWriteSessions();
    FakeWriteSessions standby = new FakeWriteSessions();
    database.onHosts(standby, primary);
    database.refuseWith(DatabaseFailures.outage());
    standby.refuseWith(DatabaseFailures.readOnly());
    primary.refuseWith(DatabaseFailures.outage());
    check();
    check();
    assertThat(reachability.outage()).contains(OutageCause.AWAY);

    primary.refuseWith(DatabaseFailures.readOnly());
    check();

    assertThat(reachability.outage()).contains(OutageCause.READ_ONLY);
    assertThat(database.opened()).isZero();
  }

  /** The driver says of them all only that it has found no primary. */
  @Test
  void reportsConnectionLimitOfPrimaryDespiteStandby() throws InterruptedException {
    FakeWriteSessions primary = refusedPrimaryBesideAStandby();
    CompletableFuture<Boolean> lending = new CompletableFuture<>();
    primary.lend(lending);

    check();

    assertThat(reachability.outage()).contains(OutageCause.TOO_MANY_CONNECTIONS);
    assertThat(flushes).isEmpty();
    lending.complete(false);
  }

  @Test
  void acceptsPooledWriteWhenNewConnectionsAreRefused() throws InterruptedException {
    FakeWriteSessions primary = refusedPrimaryBesideAStandby();
    primary.lend(CompletableFuture.completedFuture(true));

    check();

    assertThat(reachability.hasWritten()).isTrue();
    assertThat(reachability.isReachable()).isTrue();
    assertThat(primary.stillOpen()).isZero();
    assertThat(flushes).isEmpty();
  }

  private FakeWriteSessions refusedPrimaryBesideAStandby() {
    FakeWriteSessions standby = new FakeWriteSessions();
    FakeWriteSessions primary = new FakeWriteSessions();
    database.onHosts(standby, primary);
    database.refuseWith(DatabaseFailures.readOnly());
    standby.refuseWith(DatabaseFailures.readOnly());
    primary.refuseWith(DatabaseFailures.tooManyConnections());
    return primary;
  }

  /** Repeats a check that has no result, because a busy machine paused this process. */
  private void check() throws InterruptedException {
    boolean hasResult;
    do {
      hasResult = loop.check();
    } while (!hasResult);
  }

  private FailoverDetector loop(FailoverDetector.Times times) {
    return new FailoverDetector(
        database,
        new PoolFlush(List.of(), new ConnectionRegistry(ScriptedFence.open())) {
          @Override
          public void gracefully() {
            flushes.add("gracefully");
          }

          @Override
          public void atOnce() {
            flushes.add("at once");
          }

          @Override
          public void afterOutage() {
            flushes.add("after the outage");
          }
        },
        reachability,
        watch,
        registry,
        () -> Ticker.SYSTEM.nanos() + paused.get(),
        times);
  }

  private double outageSeconds() {
    return registry.get("orrery.database.outage").timeGauge().value(TimeUnit.SECONDS);
  }
}
