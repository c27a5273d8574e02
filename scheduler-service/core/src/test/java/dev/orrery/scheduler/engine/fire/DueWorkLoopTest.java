package dev.orrery.scheduler.engine.fire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.orrery.scheduler.base.database.DatabaseFailures;
import dev.orrery.scheduler.base.database.DatabaseReachability;
import dev.orrery.scheduler.base.hint.Hint;
import dev.orrery.scheduler.base.hint.HintBus;
import dev.orrery.scheduler.base.hint.TestPeers;
import dev.orrery.scheduler.base.lifecycle.ProgressWatch;
import dev.orrery.scheduler.base.lifecycle.StalledSeconds;
import dev.orrery.scheduler.base.time.SettableTicker;
import dev.orrery.scheduler.engine.fire.DueWorkStep.Kind;
import dev.orrery.scheduler.engine.worker.SessionConfig;
import dev.orrery.scheduler.testkit.CapturedLog;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Steps that the loop runs for the due work that it finds, and how long it sleeps. */
class DueWorkLoopTest {
  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final Duration BLOCKED_INTERVAL = Duration.ofSeconds(2);
  private static final Duration LEASE = Duration.ofSeconds(30);
  private static final Duration NOW = Duration.ZERO;
  private static final Duration SOON = Duration.ofMillis(300);
  private static final Duration LATER = Duration.ofMillis(301);

  private final SettableTicker ticker = new SettableTicker();
  private final HintBus hints = new HintBus();
  private final FakeDueWorkStore store = new FakeDueWorkStore();
  private final FakeDueWork actions = new FakeDueWork();
  private final DatabaseReachability database = new DatabaseReachability();
  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final ProgressWatch watch = new ProgressWatch(registry, ticker);
  private final DueWorkLoop loop = loop(actions.table(config()));

  private DueWorkLoop loop(DueWorkTable table) {
    return new DueWorkLoop(
        store,
        table,
        new StepRunner(registry, ticker, watch),
        database,
        TestPeers.peers(ticker),
        config(),
        sessionConfig(),
        ticker,
        hints,
        watch);
  }

  private static DueWorkConfig config() {
    return new DueWorkConfig() {
      @Override
      public Duration interval() {
        return INTERVAL;
      }

      @Override
      public Duration blockedInterval() {
        return BLOCKED_INTERVAL;
      }
    };
  }

  private static SessionConfig sessionConfig() {
    return new SessionConfig() {
      @Override
      public Duration lease() {
        return LEASE;
      }

      @Override
      public Duration renewInterval() {
        return LEASE.dividedBy(3);
      }
    };
  }

  private List<String> doneAt(DueWork look) {
    store.shows(look);
    loop.runOnce();
    return actions.takeDone().stream().filter(done -> !done.startsWith("blocked")).toList();
  }

  /** Looks each second for a whole lease, so that sessions may be judged. */
  private void outliveTheGrace() {
    store.showsNothing();
    for (int second = 0; second <= LEASE.toSeconds(); second++) {
      loop.runOnce();
      ticker.advance(INTERVAL);
    }
    actions.takeDone();
  }

  @Test
  void sleepsForQueryIntervalWithoutWork() {
    store.showsNothing();

    assertThat(loop.runOnce()).isEqualTo(INTERVAL);
    assertThat(store.askedFor()).containsExactly(7, 8);
    assertThat(store.jobsSetAside()).containsExactly(9L);
  }

  static Stream<Arguments> whatIsDue() {
    return Stream.of(
        Arguments.of(FakeDueWorkStore.fireIn(NOW), "fire"),
        Arguments.of(FakeDueWorkStore.fireIn(SOON.negated()), "fire"),
        Arguments.of(FakeDueWorkStore.fireIn(Duration.ofMillis(-9_999)), "fire"),
        Arguments.of(FakeDueWorkStore.fireIn(Duration.ofSeconds(-10)), "fire late"),
        Arguments.of(FakeDueWorkStore.dueIn(NOW), "promote"),
        Arguments.of(FakeDueWorkStore.deadlineIn(NOW), "end overdue"),
        Arguments.of(FakeDueWorkStore.leaseEndsIn(NOW), "end expired"),
        Arguments.of(FakeDueWorkStore.recheck(), "recheck jobs"),
        Arguments.of(FakeDueWorkStore.newestVersion(7), "version 7"),
        Arguments.of(FakeDueWorkStore.ready(3, 4), "lanes [3, 4]"));
  }

  @ParameterizedTest
  @MethodSource("whatIsDue")
  void runsStepWhoseWorkIsDue(DueWork look, String done) {
    outliveTheGrace();

    assertThat(doneAt(look)).containsExactly(done);
  }

  static Stream<DueWork> whatIsDueSoon() {
    return Stream.of(
        FakeDueWorkStore.fireIn(SOON),
        FakeDueWorkStore.dueIn(SOON),
        FakeDueWorkStore.deadlineIn(SOON),
        FakeDueWorkStore.leaseEndsIn(SOON),
        FakeDueWorkStore.in(SOON, LATER, LATER, LATER),
        FakeDueWorkStore.in(LATER, SOON, LATER, LATER),
        FakeDueWorkStore.in(LATER, LATER, SOON, LATER),
        FakeDueWorkStore.in(LATER, LATER, LATER, SOON));
  }

  @ParameterizedTest
  @MethodSource("whatIsDueSoon")
  void sleepsUntilNextDueTime(DueWork look) {
    store.shows(look);

    assertThat(loop.runOnce()).isEqualTo(SOON);
    assertThat(actions.takeDone()).containsExactly("blocked false");
  }

  @Test
  void queriesImmediatelyAfterPerformingWork() {
    store.shows(FakeDueWorkStore.fireIn(NOW));

    assertTheSleepIsOver();
  }

  @Test
  void queriesAgainAfterTwentyMillisecondsWhenReplicaHoldsDueWork() {
    actions.findNothing();
    store.shows(FakeDueWorkStore.fireIn(NOW));

    assertThat(loop.runOnce()).isEqualTo(Duration.ofMillis(20));
    assertThat(actions.takeDone()).contains("fire");
  }

  /** The due triggers may be those of one app, which an edit of many jobs holds. */
  @Test
  void wakesForLaterFireWhileDueTriggersStayLocked() {
    actions.findNothing();
    store.shows(FakeDueWorkStore.fireIn(NOW));
    for (int n = 0; n < 6; n++) {
      loop.runOnce();
    }
    assertThat(loop.runOnce()).isGreaterThan(SOON);

    store.shows(FakeDueWorkStore.fireNowAndIn(SOON));

    assertThat(loop.runOnce()).isEqualTo(SOON);
    store.shows(FakeDueWorkStore.fireNowAndIn(Duration.ofMillis(1)));
    assertThat(loop.runOnce()).as("no spin").isEqualTo(Duration.ofMillis(20));
  }

  @Test
  void triesFireKnownFromLastQueryOnTimeDuringOutage() {
    store.shows(FakeDueWorkStore.fireIn(SOON));
    loop.runOnce();
    store.failsWith(DatabaseFailures.outage());

    ticker.advance(SOON.minusMillis(1));
    loop.runOnce();
    assertThat(actions.takeDone()).doesNotContain("fire");

    store.shows(FakeDueWorkStore.fireNowAndIn(SOON));
    loop.runOnce();
    actions.takeDone();
    store.failsWith(DatabaseFailures.outage());
    ticker.advance(SOON);
    loop.runOnce();
    assertThat(actions.takeDone()).containsExactly("fire");

    ticker.advance(INTERVAL);
    loop.runOnce();
    assertThat(actions.takeDone()).as("once for each query").isEmpty();
  }

  @Test
  void queriesImmediatelyAfterFireKnownFromLastQuery() {
    store.shows(FakeDueWorkStore.fireIn(SOON));
    loop.runOnce();
    ticker.advance(SOON);
    store.showsNothing();

    assertTheSleepIsOver();
    assertThat(actions.takeDone()).contains("fire");
  }

  @Test
  void firesTriggersBetweenSlowSteps() {
    outliveTheGrace();
    actions.during("promote", () -> ticker.advance(SOON));

    assertThat(doneAt(FakeDueWorkStore.in(SOON, NOW, NOW, NOW)))
        .containsExactly("promote", "fire", "end overdue", "end expired");
  }

  @Test
  void startsGracePeriodWhenFireStepLosesDatabase() {
    outliveTheGrace();
    store.shows(FakeDueWorkStore.fireIn(SOON));
    loop.runOnce();
    actions.takeDone();
    ticker.advance(SOON);
    actions.failWith("fire", DatabaseFailures.outage());

    assertThat(doneAt(FakeDueWorkStore.leaseEndsIn(NOW))).isEmpty();
  }

  /** An outage is noticed late, and fires must not wait for twice that time. */
  @Test
  void pausesBrieflyAfterFirstDatabaseLossDespiteSlowStep() {
    actions.during("fire", () -> ticker.advance(Duration.ofSeconds(30)));
    actions.failWith("fire", DatabaseFailures.outage());
    store.shows(FakeDueWorkStore.fireIn(NOW));
    loop.runOnce();
    actions.works();

    ticker.advance(Duration.ofSeconds(1));

    assertThat(doneAt(FakeDueWorkStore.fireIn(NOW))).containsExactly("fire");
  }

  @Test
  void runsRequestedStepOncePerInterval() {
    List<String> requested = new ArrayList<>();
    DueWorkTable table =
        new DueWorkTable(
            List::of,
            List::of,
            now -> false,
            List.of(
                DueWorkStep.work("fire", Kind.FIRE, DueWork::nextFire, work -> 0),
                DueWorkStep.request(
                    "sweep",
                    Duration.ofSeconds(5),
                    DueWork::blocked,
                    work -> requested.add("sweep"))));
    DueWorkLoop other = loop(table);
    store.shows(FakeDueWorkStore.blocked());

    assertThat(other.runOnce()).isEqualTo(INTERVAL);
    ticker.advance(Duration.ofSeconds(4));
    other.runOnce();
    assertThat(requested).containsExactly("sweep");
    assertThat(failures("sweep")).isZero();

    ticker.advance(Duration.ofSeconds(1));
    other.runOnce();
    assertThat(requested).containsExactly("sweep", "sweep");
  }

  /** It holds one kind; the others are for this one to do. */
  @Test
  void triesAllDueStepsWhenAnotherReplicaHoldsDueWork() {
    outliveTheGrace();
    actions.findNothing();

    assertThat(doneAt(FakeDueWorkStore.in(NOW, NOW, NOW, NOW)))
        .containsExactly("fire", "promote", "end overdue", "end expired");
  }

  /** A worker may have ended an attempt in time and could not report it. */
  @Test
  void endsNoSessionOrAttemptDuringGracePeriodAfterStartup() {
    ticker.advance(LEASE.minusMillis(1));

    assertThat(doneAt(FakeDueWorkStore.in(null, null, NOW, NOW))).isEmpty();
  }

  @Test
  void sleepsFullIntervalWhenGracePeriodDelaysAllDueSteps() {
    store.shows(FakeDueWorkStore.in(null, null, NOW, NOW));

    assertThat(loop.runOnce()).isEqualTo(INTERVAL);
  }

  @Test
  void startsGracePeriodWhenPortsOpen() {
    outliveTheGrace();

    loop.beginGrace();

    assertThat(doneAt(FakeDueWorkStore.leaseEndsIn(NOW))).isEmpty();
  }

  @Test
  void startsGracePeriodAfterOutage() {
    outliveTheGrace();
    store.failsWith(DatabaseFailures.outage());
    loop.runOnce();

    assertThat(doneAt(FakeDueWorkStore.in(null, null, NOW, NOW))).isEmpty();

    outliveTheGrace();
    assertThat(doneAt(FakeDueWorkStore.in(null, null, NOW, NOW)))
        .containsExactly("end overdue", "end expired");
  }

  @Test
  void startsGracePeriodOnTimelineChangeBeforeEndingWork() {
    outliveTheGrace();
    actions.changeTimeline();

    assertThat(doneAt(FakeDueWorkStore.in(null, null, NOW, NOW))).isEmpty();

    ticker.advance(LEASE.minusMillis(1));
    assertThat(doneAt(FakeDueWorkStore.in(null, null, NOW, NOW))).isEmpty();
  }

  @Test
  void checksTimelineBeforeEndingWorkAndAfterOutage() {
    outliveTheGrace();
    actions.takeTimelineChecks();

    doneAt(FakeDueWorkStore.fireIn(NOW));
    doneAt(FakeDueWorkStore.deadlineIn(NOW));
    doneAt(FakeDueWorkStore.leaseEndsIn(NOW));
    store.failsWith(DatabaseFailures.outage());
    loop.runOnce();
    doneAt(FakeDueWorkStore.fireIn(NOW));
    doneAt(FakeDueWorkStore.fireIn(NOW));

    assertThat(actions.takeTimelineChecks()).containsExactly(false, true, true, true, false);
  }

  @Test
  void firesTriggersDespiteFailedTimelineCheck() {
    actions.failWith("check timeline", new IllegalStateException("a bug"));

    assertThat(doneAt(FakeDueWorkStore.fireIn(NOW))).containsExactly("fire");
  }

  @Test
  void startsNoGracePeriodAfterStatementConflict() {
    outliveTheGrace();
    store.failsWith(DatabaseFailures.conflict());
    loop.runOnce();

    assertThat(doneAt(FakeDueWorkStore.leaseEndsIn(NOW))).containsExactly("end expired");
  }

  @Test
  void logsQueryLockTimeoutInSingleLine() {
    try (CapturedLog log = CapturedLog.of(DueWorkLoop.class)) {
      store.failsWith(DatabaseFailures.busy());

      loop.runOnce();

      assertThat(log.lines())
          .containsExactly(
              "WARN Due-work loop failed; retrying in 1 s:"
                  + " canceling statement due to lock timeout");
      assertThat(log.traces()).isEmpty();
    }
  }

  @Test
  void logsContinuingLockTimeoutEveryTenSeconds() {
    try (CapturedLog log = CapturedLog.of(DueWorkLoop.class)) {
      for (int second = 0; second < 20; second++) {
        store.failsWith(DatabaseFailures.busy());
        loop.runOnce();
        ticker.advance(INTERVAL);
      }

      assertThat(log.lines()).hasSize(2);
    }
  }

  @Test
  void logsStepLockTimeoutInSingleLine() {
    try (CapturedLog log = CapturedLog.of(StepRunner.class)) {
      actions.failWith("fire", DatabaseFailures.busy());
      doneAt(FakeDueWorkStore.fireIn(NOW));

      assertThat(log.lines()).singleElement().asString().startsWith("WARN").contains("step=fire");
      assertThat(log.traces()).isEmpty();
    }
  }

  @Test
  void logsUnexpectedStepFailureWithStackTrace() {
    try (CapturedLog log = CapturedLog.of(StepRunner.class)) {
      actions.failWith("fire", new IllegalStateException("a bug"));
      doneAt(FakeDueWorkStore.fireIn(NOW));

      assertThat(log.traces()).hasSize(1);
    }
  }

  @Test
  void retriesOneSecondAfterDatabaseLoss() {
    store.failsWith(DatabaseFailures.outage());

    assertThat(loop.runOnce()).isEqualTo(Duration.ofSeconds(1));
  }

  /** The start may have been in an outage in which the database could be read. */
  @Test
  void startsGracePeriodAfterFirstWriteSinceStartup() {
    outliveTheGrace();
    DatabaseFailures.firstWrite(database);

    assertThat(doneAt(FakeDueWorkStore.leaseEndsIn(NOW))).isEmpty();

    outliveTheGrace();
    assertThat(doneAt(FakeDueWorkStore.leaseEndsIn(NOW))).containsExactly("end expired");
  }

  /** A database that answers reads has let no worker renew in the meantime. */
  @Test
  void startsGracePeriodAfterOutageBetweenQueries() {
    outliveTheGrace();
    DatabaseFailures.beginOutage(database);
    DatabaseFailures.endOutage(database);

    assertThat(doneAt(FakeDueWorkStore.leaseEndsIn(NOW))).isEmpty();
  }

  @Test
  void queriesImmediatelyWhenOutageEnds() {
    store.failsWith(DatabaseFailures.outage());
    loop.runOnce();
    store.showsNothing();
    DatabaseFailures.beginOutage(database);
    DatabaseFailures.endOutage(database);

    assertTheSleepIsOver();
  }

  /** A bug may throw an error, and the thread must not end without a word. */
  static Stream<Throwable> bugs() {
    return Stream.of(new IllegalStateException("a bug"), new NoClassDefFoundError("a bug"));
  }

  @ParameterizedTest
  @MethodSource("bugs")
  void continuesOneSecondAfterAnyFailure(Throwable bug) {
    store.failsWith(bug);

    assertThatCode(() -> assertThat(loop.runOnce()).isEqualTo(Duration.ofSeconds(1)))
        .doesNotThrowAnyException();
    assertThat(doneAt(FakeDueWorkStore.fireIn(NOW))).containsExactly("fire");
  }

  private static final DueWork ALL_DUE =
      new DueWork(NOW, null, NOW, NOW, NOW, true, false, true, 0, List.of(3), null);

  static Stream<Arguments> stepsThatFail() {
    return Stream.of(
            "lanes [3]",
            "fire",
            "promote",
            "end overdue",
            "end expired",
            "recheck jobs",
            "blocked true")
        .flatMap(
            step ->
                Stream.of(
                        new IllegalStateException("a bug"),
                        DatabaseFailures.conflict(),
                        new NoClassDefFoundError("a bug"))
                    .map(failure -> Arguments.of(step, failure)));
  }

  @ParameterizedTest
  @MethodSource("stepsThatFail")
  void runsRemainingStepsWhenStepFails(String step, Throwable failure) {
    outliveTheGrace();
    ticker.advance(BLOCKED_INTERVAL);
    actions.failWith(step, failure);
    store.shows(ALL_DUE);

    loop.runOnce();

    assertThat(actions.takeDone())
        .containsExactlyElementsOf(
            Stream.of(
                    "lanes [3]",
                    "fire",
                    "promote",
                    "end overdue",
                    "end expired",
                    "recheck jobs",
                    "blocked true")
                .filter(other -> !other.equals(step))
                .toList());
  }

  @Test
  void retriesFailedStepAfterOneSecond() {
    actions.failWith("fire", new IllegalStateException("a bug"));
    store.shows(FakeDueWorkStore.fireIn(NOW));
    assertThat(loop.runOnce()).isEqualTo(Duration.ofSeconds(1));
    actions.works();

    ticker.advance(Duration.ofMillis(999));
    assertThat(loop.runOnce()).isEqualTo(Duration.ofMillis(1));
    assertThat(actions.takeDone()).doesNotContain("fire");

    ticker.advance(Duration.ofMillis(1));
    loop.runOnce();
    assertThat(actions.takeDone()).contains("fire");
  }

  @Test
  void reportsStepStalledAfterTenSecondsOfFailure() {
    actions.failWith("fire", new IllegalStateException("on purpose"));
    store.shows(FakeDueWorkStore.fireIn(NOW));
    loop.runOnce();
    assertThat(stalled("fire")).isZero();

    ticker.advance(Duration.ofSeconds(12));
    loop.runOnce();

    assertThat(stalled("fire")).isEqualTo(2);
    assertThat(stalled("promote")).isZero();
  }

  @Test
  void reportsLoopStalledWhileStepBlocks() throws InterruptedException {
    CountDownLatch fires = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    actions.blockIn("fire", fires, release);
    store.shows(FakeDueWorkStore.fireIn(NOW));
    Thread thread = new Thread(loop::runOnce);
    loop.watch(thread::isAlive);
    thread.start();
    assertThat(fires.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(stalled("due_work")).isZero();

    ticker.advance(Duration.ofSeconds(37));
    assertThat(stalled("due_work")).isEqualTo(1);
    release.countDown();
    thread.join();
    assertThat(stalled("due_work")).isZero();
  }

  private double stalled(String part) {
    return StalledSeconds.of(registry, part);
  }

  @Test
  void countsFailuresPerStep() {
    actions.failWith("end overdue", new IllegalStateException("a bug"));
    outliveTheGrace();

    doneAt(FakeDueWorkStore.deadlineIn(NOW));

    assertThat(failures("end_overdue")).isOne();
    assertThat(failures("fire")).isZero();
  }

  private double failures(String step) {
    return registry.get("orrery.steps.failed").tag("step", step).counter().count();
  }

  /** The query decides whether the database is down, not a statement of one step. */
  @Test
  void runsRemainingStepsWhenStepKeepsLosingDatabase() {
    outliveTheGrace();
    actions.failWith("fire", DatabaseFailures.outage());
    store.shows(ALL_DUE);

    assertThat(loop.runOnce()).isZero();
    assertThat(actions.takeDone()).containsExactly("lanes [3]");

    loop.runOnce();
    assertThat(actions.takeDone()).contains("promote");
    for (int second = 0; second <= LEASE.toSeconds(); second++) {
      ticker.advance(INTERVAL);
      loop.runOnce();
    }
    assertThat(actions.takeDone()).contains("promote", "end overdue", "end expired");
  }

  @Test
  void startsGracePeriodWhenStepLosesDatabase() {
    outliveTheGrace();
    actions.failWith("fire", DatabaseFailures.outage());
    store.shows(FakeDueWorkStore.fireIn(NOW));
    loop.runOnce();

    assertThat(doneAt(FakeDueWorkStore.leaseEndsIn(NOW))).isEmpty();
  }

  @Test
  void doublesPauseWhileDueWorkStaysLocked() {
    actions.findNothing();
    store.shows(FakeDueWorkStore.fireIn(NOW));

    List<Duration> pauses = Stream.generate(loop::runOnce).limit(8).toList();

    assertThat(pauses)
        .extracting(Duration::toMillis)
        .containsExactly(20L, 40L, 80L, 160L, 320L, 640L, 1000L, 1000L);
    store.showsNothing();
    loop.runOnce();
    store.shows(FakeDueWorkStore.fireIn(NOW));
    assertThat(loop.runOnce()).isEqualTo(Duration.ofMillis(20));
  }

  @Test
  void wakesForWorkDueSoonWhileFirstDueWorkIsLocked() {
    actions.findNothing();
    store.shows(FakeDueWorkStore.in(NOW, Duration.ofMillis(5), null, null));

    assertThat(loop.runOnce()).isEqualTo(Duration.ofMillis(5));
  }

  @Test
  void checksBlockedInstancesOncePerInterval() {
    store.shows(FakeDueWorkStore.blocked());
    loop.runOnce();
    assertThat(actions.takeDone()).containsExactly("blocked true");

    ticker.advance(BLOCKED_INTERVAL.minusNanos(1));
    loop.runOnce();
    assertThat(actions.takeDone()).isEmpty();

    ticker.advance(Duration.ofNanos(1));
    loop.runOnce();
    assertThat(actions.takeDone()).containsExactly("blocked true");
  }

  static Stream<Hint> hintsThatEndTheSleep() {
    return Stream.of(new Hint.DueIn(SOON), new Hint.JobsChanged(), new Hint.Resync());
  }

  @ParameterizedTest
  @MethodSource("hintsThatEndTheSleep")
  void endsSleepOnHint(Hint hint) {
    store.showsNothing();
    hints.publish(hint);
    ticker.advance(SOON);

    assertTheSleepIsOver();
  }

  /** The ticker stands still, so a sleep that is not over does not end. */
  private void assertTheSleepIsOver() {
    assertTimeoutPreemptively(Duration.ofSeconds(5), loop::runOnceAndSleep);
  }
}
