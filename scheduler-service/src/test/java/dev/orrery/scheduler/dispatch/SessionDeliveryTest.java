package dev.orrery.scheduler.dispatch;

import static dev.orrery.scheduler.dispatch.Fixtures.CAPACITY;
import static dev.orrery.scheduler.dispatch.Fixtures.arrive;
import static dev.orrery.scheduler.dispatch.Fixtures.assignment;
import static dev.orrery.scheduler.dispatch.Fixtures.deskThatWants;
import static dev.orrery.scheduler.dispatch.Fixtures.deskWithoutDoubt;
import static dev.orrery.scheduler.dispatch.Fixtures.newDesk;
import static dev.orrery.scheduler.dispatch.Fixtures.ref;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.message.Assignment;
import dev.orrery.protocol.message.PollRequest;
import dev.orrery.protocol.message.PollResponse;
import dev.orrery.scheduler.dispatch.Fixtures.Poll;
import dev.orrery.scheduler.dispatch.SessionDelivery.Arrival;
import dev.orrery.scheduler.dispatch.SessionDelivery.Resolution;
import dev.orrery.scheduler.problem.ProblemException;
import dev.orrery.scheduler.time.SettableTicker;
import dev.orrery.scheduler.worker.LiveSessions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SessionDeliveryTest {
  @Test
  void firstPollOfASessionIsInDoubtSinceAnotherReplicaMayHaveGivenItWork() {
    SessionDelivery desk = newDesk();

    Poll poll = arrive(desk, 7, 5);

    assertThat(poll.arrival()).isEqualTo(Arrival.IN_DOUBT);
    assertThat(poll.answer()).isNotDone();
    assertThat(desk.free()).isZero();
  }

  @Test
  void pollWantsWorkOrOnlyCancels() {
    SessionDelivery desk = deskWithoutDoubt();

    assertThat(arrive(desk, 1, 5).arrival()).isEqualTo(Arrival.WANTS_WORK);
    assertThat(desk.free()).isEqualTo(5);
    assertThat(arrive(desk, 2, 0).arrival()).isEqualTo(Arrival.WANTS_CANCELS);
    assertThat(desk.free()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"5, false, 5", "500, false, 20", "-3, false, 0", "5, true, 0"})
  void roomIsAtMostTheCapacityAndNoneWhileDraining(int asked, boolean draining, int free) {
    SessionDelivery desk = deskWithoutDoubt();

    arrive(desk, new PollRequest("s", 1, asked, List.of(), 0, draining));

    assertThat(desk.free()).isEqualTo(free);
    assertThat(CAPACITY).isEqualTo(20);
  }

  @Test
  void newerPollEndsTheParkedOneEmpty() {
    SessionDelivery desk = deskWithoutDoubt();
    Poll older = arrive(desk, 1, 5);

    Poll newer = arrive(desk, 2, 3);

    assertThat(older.answer()).isCompletedWithValueMatching(SessionDeliveryTest::isEmpty);
    assertThat(newer.answer()).isNotDone();
    assertThat(desk.free()).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource({"1", "2"})
  void pollThatWasOvertakenIsAnsweredEmptyAndTouchesNothing(long sequence) {
    SessionDelivery desk = deskWithoutDoubt();
    arrive(desk, 1, 5);
    Poll newest = arrive(desk, 2, 5);

    Poll late = arrive(desk, sequence, 9);

    assertThat(late.arrival()).isEqualTo(Arrival.ANSWERED);
    assertThat(late.answer()).isCompletedWithValueMatching(SessionDeliveryTest::isEmpty);
    assertThat(newest.answer()).isNotDone();
    assertThat(desk.free()).isEqualTo(5);
  }

  @Test
  void claimedAttemptsAnswerTheParkedPoll() {
    SessionDelivery desk = deskWithoutDoubt();
    Poll poll = arrive(desk, 1, 5);

    desk.deliver(List.of(assignment(1), assignment(2)), desk.resolutions());

    assertThat(answer(poll).attempts()).containsExactly(assignment(1), assignment(2));
    assertThat(answer(poll).cancels()).isEmpty();
    assertThat(desk.free()).isZero();
  }

  @Test
  void answerThatArrivedLeavesNoDoubt() {
    SessionDelivery desk = deskWithoutDoubt();
    arrive(desk, 1, 5);
    desk.deliver(List.of(assignment(1)), desk.resolutions());

    assertThat(arrive(desk, 2, 4, ref(1)).arrival()).isEqualTo(Arrival.WANTS_WORK);
  }

  @Test
  void answerThatWasLostIsGivenAgain() {
    SessionDelivery desk = deskWithoutDoubt();
    arrive(desk, 1, 5);
    desk.deliver(List.of(assignment(1), assignment(2)), desk.resolutions());

    Poll next = arrive(desk, 2, 5, ref(2));
    assertThat(next.arrival()).isEqualTo(Arrival.IN_DOUBT);
    Resolution resolution =
        desk.resolve(next.parked(), List.of(assignment(1), assignment(2)), desk.doubts());

    assertThat(resolution).isEqualTo(Resolution.DONE);
    assertThat(answer(next).attempts()).containsExactly(assignment(1));
    assertThat(arrive(desk, 3, 3, ref(1), ref(2)).arrival()).isEqualTo(Arrival.WANTS_WORK);
  }

  @Test
  void answerThatWasLostTwiceIsGivenAThirdTime() {
    SessionDelivery desk = deskWithoutDoubt();
    arrive(desk, 1, 5);
    desk.deliver(List.of(assignment(1)), desk.resolutions());
    resolve(desk, arrive(desk, 2, 5), assignment(1));

    Poll third = arrive(desk, 3, 5);

    assertThat(third.arrival()).isEqualTo(Arrival.IN_DOUBT);
    resolve(desk, third, assignment(1));
    assertThat(answer(third).attempts()).containsExactly(assignment(1));
  }

  @Test
  void reportedAttemptIsNoLostAnswer() {
    SessionDelivery desk = deskWithoutDoubt();
    arrive(desk, 1, 5);
    desk.deliver(List.of(assignment(1)), desk.resolutions());

    desk.reported(List.of(ref(1)));

    assertThat(arrive(desk, 2, 5).arrival()).isEqualTo(Arrival.WANTS_WORK);
  }

  @Test
  void claimThatFindsNoPollIsGivenToTheNextOne() {
    SessionDelivery desk = deskWithoutDoubt();
    Poll gone = arrive(desk, 1, 5);
    desk.release(gone.parked());

    desk.deliver(List.of(assignment(1)), desk.resolutions());

    Poll next = arrive(desk, 2, 5);
    assertThat(next.arrival()).isEqualTo(Arrival.IN_DOUBT);
    resolve(desk, next, assignment(1));
    assertThat(answer(next).attempts()).containsExactly(assignment(1));
  }

  @Test
  void pollsThatAreMissingMayHaveBeenTakenByAnotherReplicaWhichGaveItWork() {
    SessionDelivery desk = deskWithoutDoubt();
    arrive(desk, 1, 5);

    Poll next = arrive(desk, 3, 5);

    assertThat(next.arrival()).isEqualTo(Arrival.IN_DOUBT);
    resolve(desk, next, assignment(1));
    assertThat(answer(next).attempts()).containsExactly(assignment(1));
    assertThat(arrive(desk, 4, 4, ref(1)).arrival()).isEqualTo(Arrival.WANTS_WORK);
  }

  @Test
  void askingAgainEndsTheParkedPollAndLeavesADoubtForTheNextOne() {
    SessionDelivery desk = deskWithoutDoubt();
    Poll parked = arrive(desk, 1, 5);

    desk.askAgain();

    assertThat(parked.answer()).isCompletedWithValueMatching(SessionDeliveryTest::isEmpty);
    Poll next = arrive(desk, 2, 5);
    assertThat(next.arrival()).isEqualTo(Arrival.IN_DOUBT);
    resolve(desk, next, assignment(1));
    assertThat(answer(next).attempts()).containsExactly(assignment(1));
  }

  @Test
  void askingAgainWhileNoPollIsParkedLeavesADoubtForTheNextOne() {
    SessionDelivery desk = deskWithoutDoubt();

    desk.askAgain();

    assertThat(arrive(desk, 1, 5).arrival()).isEqualTo(Arrival.IN_DOUBT);
  }

  @Test
  void claimThatWasUnderWayDuringAResolutionIsNotGivenSinceItMayHaveBeenGivenAndHaveEnded() {
    SessionDelivery desk = deskThatWants(5);
    long beforeTheClaim = desk.resolutions();
    Poll back = arrive(desk, 3, 5);
    resolve(desk, back, assignment(1));
    arrive(desk, 4, 4, ref(1));
    desk.reported(List.of(ref(1)));
    Poll after = arrive(desk, 5, 5);

    desk.deliver(List.of(assignment(1)), beforeTheClaim);

    assertThat(after.answer()).isCompletedWithValueMatching(SessionDeliveryTest::isEmpty);
    Poll next = arrive(desk, 6, 5);
    assertThat(next.arrival()).isEqualTo(Arrival.IN_DOUBT);
    assertThat(resolve(desk, next)).isEqualTo(Resolution.WANTS_WORK);
  }

  @Test
  void namesWhatTheWorkerHasWhileItsPollIsParkedWithoutDoubt() {
    SessionDelivery desk = newDesk();
    Poll poll = arrive(desk, 1, 5, ref(1));
    assertThat(desk.named()).isEmpty();

    resolve(desk, poll, assignment(1));
    assertThat(desk.named()).contains(Set.of(ref(1)));

    desk.deliver(List.of(assignment(2)), desk.resolutions());
    assertThat(desk.named()).isEmpty();
  }

  @Test
  void doubtThatIsResolvedWithNothingMissingLetsThePollWait() {
    SessionDelivery desk = newDesk();
    Poll wantsWork = arrive(desk, 1, 5, ref(1));
    assertThat(resolve(desk, wantsWork, assignment(1))).isEqualTo(Resolution.WANTS_WORK);
    assertThat(wantsWork.answer()).isNotDone();
    assertThat(desk.free()).isEqualTo(5);

    SessionDelivery full = newDesk();
    Poll wantsNothing = arrive(full, 1, 0, ref(1));
    assertThat(resolve(full, wantsNothing, assignment(1))).isEqualTo(Resolution.DONE);
    assertThat(wantsNothing.answer()).isNotDone();
  }

  @Test
  void whatIsClaimedWhileTheDatabaseIsAskedKeepsTheDoubt() {
    SessionDelivery desk = newDesk();
    Poll poll = arrive(desk, 1, 5);
    long doubtsBefore = desk.doubts();
    desk.deliver(List.of(assignment(9)), desk.resolutions());

    Resolution stale = desk.resolve(poll.parked(), List.of(), doubtsBefore);

    assertThat(stale).isEqualTo(Resolution.STILL_IN_DOUBT);
    assertThat(poll.answer()).isNotDone();
    assertThat(resolve(desk, poll, assignment(9))).isEqualTo(Resolution.DONE);
    assertThat(answer(poll).attempts()).containsExactly(assignment(9));
  }

  @Test
  void resolutionOfASupersededPollDoesNothing() {
    SessionDelivery desk = newDesk();
    Poll older = arrive(desk, 1, 5);
    Poll newer = arrive(desk, 2, 5);

    assertThat(resolve(desk, older, assignment(1))).isEqualTo(Resolution.SUPERSEDED);

    assertThat(newer.answer()).isNotDone();
    assertThat(newer.arrival()).isEqualTo(Arrival.IN_DOUBT);
    assertThat(resolve(desk, newer, assignment(1))).isEqualTo(Resolution.DONE);
    assertThat(answer(newer).attempts()).containsExactly(assignment(1));
  }

  @Test
  void whatDoesNotFitIntoTheAnswerFollowsAtTheNextPoll() {
    Assignment large = assignment(1, Map.of("a", "x".repeat(300_000)));
    Assignment other = assignment(2, Map.of("a", "x".repeat(300_000)));
    SessionDelivery desk = deskWithoutDoubt();
    Poll first = arrive(desk, 1, 5);

    desk.deliver(List.of(large, other), desk.resolutions());

    assertThat(answer(first).attempts()).containsExactly(large);
    Poll second = arrive(desk, 2, 4, ref(1));
    assertThat(second.arrival()).isEqualTo(Arrival.IN_DOUBT);
    resolve(desk, second, large, other);
    assertThat(answer(second).attempts()).containsExactly(other);
  }

  @Test
  void cancelReachesAParkedPollAtOnceAndIsSaidOnce() {
    SessionDelivery desk = deskWithoutDoubt();
    Poll poll = arrive(desk, 1, 0, ref(1));

    desk.cancel(ref(1));

    assertThat(answer(poll).cancels()).containsExactly(ref(1));
    assertThat(answer(poll).attempts()).isEmpty();
    assertThat(arrive(desk, 2, 0, ref(1)).arrival()).isEqualTo(Arrival.WANTS_CANCELS);
  }

  @Test
  void cancelThatFindsNoPollAnswersTheNextOne() {
    SessionDelivery desk = deskWithoutDoubt();
    desk.cancel(ref(1));

    Poll poll = arrive(desk, 1, 5, ref(1), ref(2));

    assertThat(poll.arrival()).isEqualTo(Arrival.ANSWERED);
    assertThat(answer(poll).cancels()).containsExactly(ref(1));
  }

  @Test
  void cancelOfWhatTheWorkerDoesNotHoldIsNotSaid() {
    SessionDelivery desk = deskWithoutDoubt();
    desk.cancel(ref(1));

    assertThat(arrive(desk, 1, 5, ref(2)).arrival()).isEqualTo(Arrival.WANTS_WORK);
  }

  @Test
  void cancelOfWhatWasReportedIsNotSaid() {
    SessionDelivery desk = deskWithoutDoubt();
    desk.cancel(ref(1));

    desk.reported(List.of(ref(1)));

    assertThat(arrive(desk, 1, 5, ref(1)).arrival()).isEqualTo(Arrival.WANTS_WORK);
  }

  @Test
  void cancelThatComesWhileThePollIsInDoubtIsSaidWhenTheDoubtIsResolved() {
    SessionDelivery desk = newDesk();
    Poll poll = arrive(desk, 1, 5, ref(1));
    desk.cancel(ref(1));
    assertThat(poll.answer()).isNotDone();

    resolve(desk, poll, assignment(1));

    assertThat(poll.answer()).isDone();
    assertThat(answer(poll).cancels()).containsExactly(ref(1));
  }

  @Test
  void cancelGoesAlongWithWorkThatIsDelivered() {
    SessionDelivery desk = newDesk();
    Poll poll = arrive(desk, 1, 5, ref(1));
    desk.cancel(ref(1));

    resolve(desk, poll, assignment(1), assignment(2));

    assertThat(answer(poll).attempts()).containsExactly(assignment(2));
    assertThat(answer(poll).cancels()).containsExactly(ref(1));
  }

  @Test
  void databaseThatDoesNotAnswerFailsThePollAndLeavesADoubt() {
    SessionDelivery desk = deskWithoutDoubt();
    Poll poll = arrive(desk, 1, 5);
    IllegalStateException reason = new IllegalStateException("away");

    desk.doubt(reason);

    assertThat(failure(poll)).isSameAs(reason);
    assertThat(arrive(desk, 2, 5).arrival()).isEqualTo(Arrival.IN_DOUBT);
  }

  @Test
  void releaseAnswersThePollEmptyIfItIsStillTheParkedOne() {
    SessionDelivery desk = deskWithoutDoubt();
    Poll older = arrive(desk, 1, 5);
    Poll newer = arrive(desk, 2, 5);

    desk.release(older.parked());
    assertThat(newer.answer()).isNotDone();
    desk.release(newer.parked());

    assertThat(newer.answer()).isCompletedWithValueMatching(SessionDeliveryTest::isEmpty);
    assertThat(desk.free()).isZero();
  }

  @Test
  void endedSessionIsServedNoMore() {
    SessionDelivery desk = deskWithoutDoubt();
    Poll parked = arrive(desk, 1, 5);
    ProblemException gone = ProblemException.of(ErrorCode.SESSION_GONE, "gone");

    desk.end(gone);
    Poll late = arrive(desk, 2, 5);

    assertThat(failure(parked)).isSameAs(gone);
    assertThat(late.arrival()).isEqualTo(Arrival.ANSWERED);
    assertThat(failure(late)).isSameAs(gone);
    assertThat(desk.free()).isZero();
  }

  @Test
  void answerTellsWhatIsLeftOfTheLease() {
    SettableTicker ticker = new SettableTicker();
    SessionDelivery desk = new SessionDelivery(LiveSessions.session(Fixtures.SKILLS, 5, ticker));
    Poll poll = arrive(desk, 1, 5);
    resolve(desk, poll);
    ticker.advance(Duration.ofSeconds(12));

    desk.release(poll.parked());

    assertThat(answer(poll).leaseRemainingMillis()).isEqualTo(18_000);
    assertThat(answer(poll).drain()).isFalse();
  }

  private static Resolution resolve(SessionDelivery desk, Poll poll, Assignment... found) {
    return desk.resolve(poll.parked(), List.of(found), desk.doubts());
  }

  private static PollResponse answer(Poll poll) {
    assertThat(poll.answer()).isDone();
    return poll.answer().join();
  }

  private static Throwable failure(Poll poll) {
    Throwable thrown = catchThrowable(() -> poll.answer().get());
    assertThat(thrown).isInstanceOf(ExecutionException.class);
    return thrown.getCause();
  }

  private static boolean isEmpty(PollResponse answer) {
    return answer.attempts().isEmpty() && answer.cancels().isEmpty();
  }
}
