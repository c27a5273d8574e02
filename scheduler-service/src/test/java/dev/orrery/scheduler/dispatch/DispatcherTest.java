package dev.orrery.scheduler.dispatch;

import static dev.orrery.scheduler.dispatch.Fixtures.arrive;
import static dev.orrery.scheduler.dispatch.Fixtures.assignment;
import static dev.orrery.scheduler.dispatch.Fixtures.deskWithoutDoubt;
import static dev.orrery.scheduler.dispatch.Fixtures.ref;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.commit.ManualExecutor;
import dev.orrery.scheduler.database.DatabaseFailures;
import dev.orrery.scheduler.dispatch.Fixtures.Poll;
import dev.orrery.scheduler.hint.Heard;
import dev.orrery.scheduler.hint.Hint;
import dev.orrery.scheduler.hint.HintBus;
import dev.orrery.scheduler.time.SettableTicker;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Given this hint or look, these claims. */
class DispatcherTest {
  private final FakeLaneStore laneStore = new FakeLaneStore();
  private final FakeClaimStore store = new FakeClaimStore();
  private final ManualExecutor executor = new ManualExecutor();
  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final SettableTicker ticker = new SettableTicker();
  private final HintBus hints = new HintBus();
  private final Dispatcher dispatcher =
      new Dispatcher(
          new LaneRegistry(laneStore),
          store,
          new FakeAssignmentFactory(),
          executor,
          new ClaimMetrics(registry),
          new LaneMetrics(registry),
          ticker,
          hints);
  private final SessionDelivery desk = deskWithoutDoubt();
  private final UUID session = desk.session().id();

  @BeforeEach
  void knowOneLane() {
    laneStore.add(1, 1, "noop", List.of(), 5, 1);
    dispatcher.refreshLanes();
  }

  /** A poll waits, and its lane was found empty. */
  private Poll parkedInVain() {
    Poll poll = arrive(desk, 1, 5);
    dispatcher.wantsWork(desk);
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
  void pollThatWantsWorkStartsAClaim() {
    arrive(desk, 1, 5);

    assertThat(claimsAfter(() -> dispatcher.wantsWork(desk))).containsExactly("5/1");
  }

  @Test
  void claimedAttemptsAnswerTheirPoll() {
    Poll poll = arrive(desk, 1, 5);
    store.ready(session, 11, null);
    store.ready(session, 12, null);

    claimsAfter(() -> dispatcher.wantsWork(desk));

    assertThat(poll.answer().join().attempts()).containsExactly(assignment(11), assignment(12));
  }

  @Test
  void laneThatWasFoundEmptyIsLeftAloneUntilAHint() {
    parkedInVain();

    assertThat(claimsAfter(() -> dispatcher.wantsWork(desk))).isEmpty();
    assertThat(claimsAfter(() -> hints.lanesReady(Set.of(1)))).containsExactly("5/1");
  }

  @Test
  void freshHintStartsAClaimToo() {
    parkedInVain();

    assertThat(claimsAfter(() -> hints.lanesReadyNow(Set.of(1)))).containsExactly("5/1");
  }

  @Test
  void hintOfAnUnknownLaneMakesTheLanesBeRead() {
    parkedInVain();
    laneStore.add(2, 1, "noop", List.of(), 5, 2);

    assertThat(claimsAfter(() -> hints.lanesReady(Set.of(2)))).containsExactly("5/2");
  }

  @Test
  void editOfJobsMakesTheLanesBeReadSoThatANewPriorityIsClaimed() {
    parkedInVain();
    laneStore.add(1, 1, "noop", List.of(), 7, 2);
    claimsAfter(hints::jobsChanged);

    assertThat(claimsAfter(() -> hints.lanesReadyNow(Set.of(1)))).containsExactly("7/1 5/1");
  }

  @Test
  void manyEditsInARowMakeTheLanesBeReadOnce() {
    hints.jobsChanged();
    hints.jobsChanged();

    assertThat(executor.waiting()).isEqualTo(1);

    executor.runAll();
    hints.jobsChanged();
    assertThat(executor.waiting()).isEqualTo(1);
  }

  @Test
  void lanesThatCannotBeReadAreReadAtTheNextEdit() {
    parkedInVain();
    laneStore.add(2, 1, "noop", List.of(), 5, 2);
    laneStore.failOnce(DatabaseFailures.outage());
    assertThat(claimsAfter(hints::jobsChanged)).isEmpty();

    assertThat(claimsAfter(hints::jobsChanged)).containsExactly("5/2");
  }

  @Test
  void lookAtEverythingClaimsInAllLanesAndReadsThem() {
    parkedInVain();
    laneStore.add(2, 1, "noop", List.of(), 5, 2);

    assertThat(claimsAfter(() -> hints.give(new Hint.LookAtEverything())))
        .anyMatch(claim -> claim.contains("5/1"))
        .anyMatch(claim -> claim.contains("5/2"));
  }

  @Test
  void otherHintsClaimNothing() {
    parkedInVain();

    assertThat(
            claimsAfter(
                () -> {
                  hints.dueIn(Duration.ZERO);
                  hints.unblock(Set.of(1L));
                  hints.give(new Hint.SessionEnded(session));
                }))
        .isEmpty();
  }

  @Test
  void laneIsAskedAboutWhileAPollWaitsForItAndItIsBelievedToBeEmpty() {
    assertThat(dispatcher.sleepingLanes()).isEmpty();

    Poll poll = parkedInVain();
    assertThat(dispatcher.sleepingLanes()).containsExactly(1);

    desk.release(poll.parked());
    assertThat(dispatcher.sleepingLanes()).isEmpty();
  }

  @Test
  void laneThatALookFindsReadyIsClaimed() {
    parkedInVain();

    assertThat(claimsAfter(() -> look(1))).containsExactly("5/1");
  }

  @Test
  void laneThatALookFindsReadyAndNoHintTellsOfWasForgotten() {
    parkedInVain();
    look(1);

    ticker.advance(LostHintDetector.PATIENCE.minusNanos(1));
    look();
    assertThat(forgotten()).isZero();
    ticker.advance(Duration.ofNanos(1));
    look();
    look();

    assertThat(forgotten()).isEqualTo(1);
  }

  @Test
  void laneWhoseHintComesJustAfterTheLookWasNotForgotten() {
    parkedInVain();
    look(1);
    hints.lanesReady(Set.of(1));

    ticker.advance(LostHintDetector.PATIENCE);
    look();

    assertThat(forgotten()).isZero();
  }

  @Test
  void laneWhoseHintComesDuringTheLookWasNotForgotten() {
    parkedInVain();
    dispatcher.sleepingLanes();
    hints.lanesReady(Set.of(1));
    dispatcher.lanesFoundReady(List.of(1));

    ticker.advance(LostHintDetector.PATIENCE);
    look();

    assertThat(forgotten()).isZero();
  }

  @Test
  void laneWhoseClaimCouldNotAffordToLookAtAllWasNotForgotten() {
    store.ready(session, 11, null);
    store.during(() -> ticker.advance(Duration.ofMillis(100)));
    parkedInVain();
    arrive(desk, 2, 4, ref(11));
    dispatcher.wantsWork(desk);
    assertThat(claimsAfter(() -> hints.lanesReady(Set.of(1)))).containsExactly("5/1");
    look(1);

    ticker.advance(LostHintDetector.PATIENCE);
    look();

    assertThat(forgotten()).isZero();
  }

  private void look(Integer... ready) {
    dispatcher.sleepingLanes();
    dispatcher.lanesFoundReady(List.of(ready));
  }

  private double forgotten() {
    return registry.get("orrery.lanes.found.late").counter().count();
  }

  @Test
  void pulseIsToldWhenTheFirstClaimedAttemptTimesOut() {
    Heard heard = Heard.on(hints);
    arrive(desk, 1, 5);
    store.ready(session, 11, Duration.ofSeconds(20));
    store.ready(session, 12, Duration.ofSeconds(10));
    store.ready(session, 13, null);

    claimsAfter(() -> dispatcher.wantsWork(desk));

    assertThat(heard.all()).containsExactly(new Hint.DueIn(Duration.ofSeconds(12)));
  }

  @Test
  void workThatAnEndedSessionCouldNotTakeGoesToTheNextPollAtOnce() {
    store.ready(session, 11, null);
    SessionDelivery ended = deskWithoutDoubt();
    arrive(ended, 1, 5);
    store.closed(ended.session().id());
    assertThat(claimsAfter(() -> dispatcher.wantsWork(ended))).containsExactly("5/1");

    Poll poll = arrive(desk, 1, 1);
    claimsAfter(() -> dispatcher.wantsWork(desk));

    assertThat(poll.answer())
        .isCompletedWithValueMatching(
            answer -> answer.attempts().equals(List.of(assignment(11))), "the waiting run");
  }

  @Test
  void claimThatFailsFailsThePollAndLetsTheNextOneClaim() {
    Poll poll = arrive(desk, 1, 5);
    store.failOnce(DatabaseFailures.outage());

    claimsAfter(() -> dispatcher.wantsWork(desk));

    assertThat(poll.answer()).isCompletedExceptionally();
    SessionDelivery other = deskWithoutDoubt();
    arrive(other, 1, 5);
    assertThat(claimsAfter(() -> dispatcher.wantsWork(other))).containsExactly("5/1");
  }

  @Test
  void whatCannotBeClaimedSinceTheServiceStopsIsLeft() {
    Poll poll = arrive(desk, 1, 5);
    executor.stop();

    dispatcher.wantsWork(desk);
    hints.jobsChanged();
    hints.give(new Hint.LookAtEverything());

    assertThat(poll.answer()).isNotDone();
  }
}
