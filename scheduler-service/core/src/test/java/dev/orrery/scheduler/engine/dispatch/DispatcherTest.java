package dev.orrery.scheduler.engine.dispatch;

import static dev.orrery.scheduler.engine.dispatch.Fixtures.arrive;
import static dev.orrery.scheduler.engine.dispatch.Fixtures.assignment;
import static dev.orrery.scheduler.engine.dispatch.Fixtures.ref;
import static dev.orrery.scheduler.engine.dispatch.Fixtures.verifiedDelivery;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.base.database.DatabaseFailures;
import dev.orrery.scheduler.base.hint.Hint;
import dev.orrery.scheduler.base.hint.HintBus;
import dev.orrery.scheduler.base.hint.RecordedHints;
import dev.orrery.scheduler.base.time.SettableTicker;
import dev.orrery.scheduler.engine.dispatch.Fixtures.Poll;
import dev.orrery.scheduler.model.commit.ManualExecutor;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Claims and lane refreshes that hints, queries and polls cause. */
class DispatcherTest {
  private final FakeLaneStore laneStore = new FakeLaneStore();
  private final FakeClaimStore store = new FakeClaimStore();
  private final ManualExecutor executor = new ManualExecutor();
  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final SettableTicker ticker = new SettableTicker();
  private final HintBus hints = new HintBus();
  private final LaneRegistry lanes = new LaneRegistry(laneStore, ticker);
  private final ClaimMetrics metrics = new ClaimMetrics(registry);
  private final Dispatcher dispatcher =
      new Dispatcher(
          lanes,
          new ClaimBatcher.Environment(
              lanes,
              store,
              new FakeAssignmentFactory(),
              new UnreadableAttemptService(null, null, null),
              executor,
              metrics,
              ticker,
              hints),
          executor,
          metrics,
          ticker,
          hints);
  private final SessionDelivery delivery = verifiedDelivery();
  private final UUID session = delivery.session().id();

  @BeforeEach
  void knowOneLane() {
    laneStore.add(1, 1, "noop", List.of(), 5, 1);
    dispatcher.refreshLanes();
  }

  /** Parks a poll whose lane is empty. */
  private Poll parkedInVain() {
    Poll poll = arrive(delivery, 1, 5);
    dispatcher.requestWork(delivery);
    executor.runAll();
    store.takeClaims();
    return poll;
  }

  private List<String> claimsAfter(Runnable cause) {
    cause.run();
    executor.runAll();
    return store.takeClaims();
  }

  @Test
  void startsClaimWhenWorkIsRequested() {
    arrive(delivery, 1, 5);

    assertThat(claimsAfter(() -> dispatcher.requestWork(delivery))).containsExactly("5/1");
  }

  @Test
  void answersPollWithClaimedAttempts() {
    Poll poll = arrive(delivery, 1, 5);
    store.ready(session, 11, null);
    store.ready(session, 12, null);

    claimsAfter(() -> dispatcher.requestWork(delivery));

    assertThat(poll.answer().join().attempts()).containsExactly(assignment(11), assignment(12));
  }

  @Test
  void skipsEmptyLaneUntilReadyHint() {
    parkedInVain();

    assertThat(claimsAfter(() -> dispatcher.requestWork(delivery))).isEmpty();
    assertThat(claimsAfter(() -> hints.lanesReady(Set.of(1)))).containsExactly("5/1");
  }

  @Test
  void startsClaimOnFreshReadyHint() {
    parkedInVain();

    assertThat(claimsAfter(() -> hints.lanesBecameReady(Set.of(1)))).containsExactly("5/1");
  }

  @Test
  void refreshesLanesOnHintForUnknownLane() {
    parkedInVain();
    laneStore.add(2, 1, "noop", List.of(), 5, 2);

    assertThat(claimsAfter(() -> hints.lanesReady(Set.of(2)))).containsExactly("5/2");
  }

  @Test
  void refreshesLanesOnJobEditAndScansNewPriority() {
    parkedInVain();
    laneStore.add(1, 1, "noop", List.of(), 7, 2);
    claimsAfter(hints::jobsChanged);

    assertThat(claimsAfter(() -> hints.lanesBecameReady(Set.of(1)))).containsExactly("7/1 5/1");
  }

  /** The process that edited the job died before its hint. */
  @Test
  void refreshesLanesOnNewerVersionWithoutHint() {
    parkedInVain();
    laneStore.add(1, 1, "noop", List.of(), 7, 2);
    claimsAfter(() -> dispatcher.newestVersion(2));

    assertThat(claimsAfter(() -> dispatcher.lanesFoundReady(List.of(1))))
        .containsExactly("7/1 5/1");
  }

  @Test
  void skipsRefreshForKnownVersion() {
    dispatcher.newestVersion(1);

    assertThat(executor.waiting()).isZero();
  }

  @Test
  void refreshesLanesOnceForConsecutiveEdits() {
    hints.jobsChanged();
    hints.jobsChanged();

    assertThat(executor.waiting()).isEqualTo(1);

    executor.runAll();
    hints.jobsChanged();
    assertThat(executor.waiting()).isEqualTo(1);
  }

  @Test
  void retriesFailedRefreshOnNextEdit() {
    parkedInVain();
    laneStore.add(2, 1, "noop", List.of(), 5, 2);
    laneStore.failOnce(DatabaseFailures.outage());
    assertThat(claimsAfter(hints::jobsChanged)).isEmpty();

    assertThat(claimsAfter(hints::jobsChanged)).containsExactly("5/2");
  }

  @Test
  void wakesAndRefreshesAllLanesOnResync() {
    parkedInVain();
    laneStore.add(2, 1, "noop", List.of(), 5, 2);

    assertThat(claimsAfter(() -> hints.publish(new Hint.Resync())))
        .anyMatch(claim -> claim.contains("5/1"))
        .anyMatch(claim -> claim.contains("5/2"));
  }

  @Test
  void ignoresUnrelatedHints() {
    parkedInVain();

    assertThat(
            claimsAfter(
                () -> {
                  hints.dueIn(Duration.ZERO);
                  hints.unblock(Set.of(1L));
                  hints.publish(new Hint.SessionEnded(session));
                }))
        .isEmpty();
  }

  @Test
  void reportsEmptyLaneAsIdleOnlyWhilePollWaits() {
    assertThat(dispatcher.idleLanes()).isEmpty();

    Poll poll = parkedInVain();
    assertThat(dispatcher.idleLanes()).containsExactly(1);

    delivery.release(poll.parked());
    assertThat(dispatcher.idleLanes()).isEmpty();
  }

  @Test
  void claimsFromLaneThatQueryFindsReady() {
    parkedInVain();

    assertThat(claimsAfter(() -> query(1))).containsExactly("5/1");
  }

  @Test
  void countsReadyLaneWithoutHintAsLateAfterTolerance() {
    parkedInVain();
    query(1);

    ticker.advance(LostHintDetector.HINT_TIMEOUT.minusNanos(1));
    query();
    assertThat(foundLate()).isZero();
    ticker.advance(Duration.ofNanos(1));
    query();
    query();

    assertThat(foundLate()).isEqualTo(1);
  }

  @Test
  void countsNoLateLaneWhenHintFollowsQuery() {
    parkedInVain();
    query(1);
    hints.lanesReady(Set.of(1));

    ticker.advance(LostHintDetector.HINT_TIMEOUT);
    query();

    assertThat(foundLate()).isZero();
  }

  @Test
  void countsNoLateLaneWhenHintArrivesDuringQuery() {
    parkedInVain();
    dispatcher.idleLanes();
    hints.lanesReady(Set.of(1));
    dispatcher.lanesFoundReady(List.of(1));

    ticker.advance(LostHintDetector.HINT_TIMEOUT);
    query();

    assertThat(foundLate()).isZero();
  }

  @Test
  void countsNoLateLaneWhileFullScanIsThrottled() {
    store.ready(session, 11, null);
    store.during(() -> ticker.advance(Duration.ofMillis(100)));
    parkedInVain();
    arrive(delivery, 2, 4, ref(11));
    dispatcher.requestWork(delivery);
    assertThat(claimsAfter(() -> hints.lanesReady(Set.of(1)))).containsExactly("5/1");
    query(1);

    ticker.advance(LostHintDetector.HINT_TIMEOUT);
    query();

    assertThat(foundLate()).isZero();
  }

  private void query(Integer... ready) {
    dispatcher.idleLanes();
    dispatcher.lanesFoundReady(List.of(ready));
  }

  private double foundLate() {
    return registry.get("orrery.lanes.found.late").counter().count();
  }

  @Test
  void publishesNextTimeoutOfClaimedAttempts() {
    RecordedHints published = RecordedHints.on(hints);
    arrive(delivery, 1, 5);
    store.ready(session, 11, Duration.ofSeconds(20));
    store.ready(session, 12, Duration.ofSeconds(10));
    store.ready(session, 13, null);

    claimsAfter(() -> dispatcher.requestWork(delivery));

    assertThat(published.all()).containsExactly(new Hint.DueIn(Duration.ofSeconds(12)));
  }

  @Test
  void assignsWorkOfEndedSessionToNextPoll() {
    store.ready(session, 11, null);
    SessionDelivery ended = verifiedDelivery();
    arrive(ended, 1, 5);
    store.closed(ended.session().id());
    assertThat(claimsAfter(() -> dispatcher.requestWork(ended))).containsExactly("5/1");

    Poll poll = arrive(delivery, 1, 1);
    claimsAfter(() -> dispatcher.requestWork(delivery));

    assertThat(poll.answer())
        .isCompletedWithValueMatching(
            answer -> answer.attempts().equals(List.of(assignment(11))), "the ready instance");
  }

  @Test
  void failsPollOnFailedClaimAndClaimsForNextPoll() {
    Poll poll = arrive(delivery, 1, 5);
    store.failOnce(DatabaseFailures.outage());

    claimsAfter(() -> dispatcher.requestWork(delivery));

    assertThat(poll.answer()).isCompletedExceptionally();
    SessionDelivery other = verifiedDelivery();
    arrive(other, 1, 5);
    assertThat(claimsAfter(() -> dispatcher.requestWork(other))).containsExactly("5/1");
  }

  @Test
  void claimsNothingDuringShutdown() {
    Poll poll = arrive(delivery, 1, 5);
    executor.stop();

    dispatcher.requestWork(delivery);
    hints.jobsChanged();
    hints.publish(new Hint.Resync());

    assertThat(poll.answer()).isNotDone();
  }
}
