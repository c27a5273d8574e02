package dev.orrery.scheduler.engine.dispatch;

import static dev.orrery.scheduler.engine.dispatch.Fixtures.CAPACITY;
import static dev.orrery.scheduler.engine.dispatch.Fixtures.arrive;
import static dev.orrery.scheduler.engine.dispatch.Fixtures.assignment;
import static dev.orrery.scheduler.engine.dispatch.Fixtures.deliveryWithFree;
import static dev.orrery.scheduler.engine.dispatch.Fixtures.held;
import static dev.orrery.scheduler.engine.dispatch.Fixtures.newDelivery;
import static dev.orrery.scheduler.engine.dispatch.Fixtures.ref;
import static dev.orrery.scheduler.engine.dispatch.Fixtures.verifiedDelivery;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.message.Assignment;
import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.protocol.message.PollRequest;
import dev.orrery.protocol.message.PollResponse;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.base.time.SettableTicker;
import dev.orrery.scheduler.engine.dispatch.Fixtures.Poll;
import dev.orrery.scheduler.engine.dispatch.SessionDelivery.Step;
import dev.orrery.scheduler.engine.worker.LiveSessions;
import dev.orrery.scheduler.http.security.TestWatches;
import dev.orrery.scheduler.http.security.TestWatches.SettableWatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SessionDeliveryTest {
  private final ProblemException revoked =
      ProblemException.of(ErrorCode.UNAUTHENTICATED, "revoked");

  @Test
  void requiresDatabaseReadForFirstPoll() {
    SessionDelivery delivery = newDelivery();

    Poll poll = arrive(delivery, 7, 5);

    assertThat(poll.step()).isEqualTo(Step.NEEDS_READ);
    assertThat(poll.answer()).isNotDone();
    assertThat(delivery.free()).isZero();
  }

  @Test
  void requestsWorkOnlyForPollWithFreeSlots() {
    SessionDelivery delivery = verifiedDelivery();

    assertThat(arrive(delivery, 1, 5).step()).isEqualTo(Step.NEEDS_WORK);
    assertThat(delivery.free()).isEqualTo(5);
    assertThat(arrive(delivery, 2, 0).step()).isEqualTo(Step.WAITS);
    assertThat(delivery.free()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"5, false, 5", "500, false, 20", "-3, false, 0", "5, true, 0"})
  void limitsFreeSlotsToCapacityAndOffersNoneWhileDraining(int asked, boolean draining, int free) {
    SessionDelivery delivery = verifiedDelivery();

    arrive(delivery, new PollRequest("s", 1, asked, List.of(), 0, draining));

    assertThat(delivery.free()).isEqualTo(free);
    assertThat(CAPACITY).isEqualTo(20);
  }

  @Test
  void answersParkedPollWithEmptyResponseOnNewerPoll() {
    SessionDelivery delivery = verifiedDelivery();
    Poll older = arrive(delivery, 1, 5);

    Poll newer = arrive(delivery, 2, 3);

    assertThat(older.answer()).isCompletedWithValueMatching(SessionDeliveryTest::isEmpty);
    assertThat(newer.answer()).isNotDone();
    assertThat(delivery.free()).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource({"1", "2"})
  void answersStaleSequenceWithEmptyResponseAndKeepsState(long sequence) {
    SessionDelivery delivery = verifiedDelivery();
    arrive(delivery, 1, 5);
    Poll newest = arrive(delivery, 2, 5);

    Poll late = arrive(delivery, sequence, 9);

    assertThat(late.step()).isEqualTo(Step.ANSWERED);
    assertThat(late.answer()).isCompletedWithValueMatching(SessionDeliveryTest::isEmpty);
    assertThat(newest.answer()).isNotDone();
    assertThat(delivery.free()).isEqualTo(5);
  }

  @Test
  void answersParkedPollWithClaimedAttempts() {
    SessionDelivery delivery = verifiedDelivery();
    Poll poll = arrive(delivery, 1, 5);

    delivery.deliver(List.of(assignment(1), assignment(2)), delivery.readEpoch());

    assertThat(answer(poll).attempts()).containsExactly(assignment(1), assignment(2));
    assertThat(answer(poll).cancels()).isEmpty();
    assertThat(delivery.free()).isZero();
  }

  @Test
  void requiresNoDatabaseReadAfterAcknowledgedResponse() {
    SessionDelivery delivery = verifiedDelivery();
    arrive(delivery, 1, 5);
    delivery.deliver(List.of(assignment(1)), delivery.readEpoch());

    assertThat(arrive(delivery, 2, 4, ref(1)).step()).isEqualTo(Step.NEEDS_WORK);
  }

  @Test
  void resendsAttemptsOfLostResponse() {
    SessionDelivery delivery = verifiedDelivery();
    arrive(delivery, 1, 5);
    delivery.deliver(List.of(assignment(1), assignment(2)), delivery.readEpoch());

    Poll next = arrive(delivery, 2, 5, ref(2));
    assertThat(next.step()).isEqualTo(Step.NEEDS_READ);
    Step step =
        delivery.onRead(next.parked(), held(assignment(1), assignment(2)), delivery.claimEpoch());

    assertThat(step).isEqualTo(Step.ANSWERED);
    assertThat(answer(next).attempts()).containsExactly(assignment(1));
    assertThat(arrive(delivery, 3, 3, ref(1), ref(2)).step()).isEqualTo(Step.NEEDS_WORK);
  }

  @Test
  void resendsAttemptsAfterTwoLostResponses() {
    SessionDelivery delivery = verifiedDelivery();
    arrive(delivery, 1, 5);
    delivery.deliver(List.of(assignment(1)), delivery.readEpoch());
    read(delivery, arrive(delivery, 2, 5), assignment(1));

    Poll third = arrive(delivery, 3, 5);

    assertThat(third.step()).isEqualTo(Step.NEEDS_READ);
    read(delivery, third, assignment(1));
    assertThat(answer(third).attempts()).containsExactly(assignment(1));
  }

  @Test
  void requiresNoDatabaseReadAfterReportedAttempt() {
    SessionDelivery delivery = verifiedDelivery();
    arrive(delivery, 1, 5);
    delivery.deliver(List.of(assignment(1)), delivery.readEpoch());

    delivery.onReported(List.of(ref(1)));

    assertThat(arrive(delivery, 2, 5).step()).isEqualTo(Step.NEEDS_WORK);
  }

  @Test
  void sendsAttemptsClaimedWithoutParkedPollInNextPoll() {
    SessionDelivery delivery = verifiedDelivery();
    Poll gone = arrive(delivery, 1, 5);
    delivery.release(gone.parked());

    delivery.deliver(List.of(assignment(1)), delivery.readEpoch());

    Poll next = arrive(delivery, 2, 5);
    assertThat(next.step()).isEqualTo(Step.NEEDS_READ);
    read(delivery, next, assignment(1));
    assertThat(answer(next).attempts()).containsExactly(assignment(1));
  }

  @Test
  void requiresDatabaseReadAfterSequenceGap() {
    SessionDelivery delivery = verifiedDelivery();
    arrive(delivery, 1, 5);

    Poll next = arrive(delivery, 3, 5);

    assertThat(next.step()).isEqualTo(Step.NEEDS_READ);
    read(delivery, next, assignment(1));
    assertThat(answer(next).attempts()).containsExactly(assignment(1));
    assertThat(arrive(delivery, 4, 4, ref(1)).step()).isEqualTo(Step.NEEDS_WORK);
  }

  @Test
  void readsForNextPollAfterForcedRedelivery() {
    SessionDelivery delivery = verifiedDelivery();
    Poll parked = arrive(delivery, 1, 5);

    delivery.forceRedelivery();

    assertThat(parked.answer()).isCompletedWithValueMatching(SessionDeliveryTest::isEmpty);
    Poll next = arrive(delivery, 2, 5);
    assertThat(next.step()).isEqualTo(Step.NEEDS_READ);
    read(delivery, next, assignment(1));
    assertThat(answer(next).attempts()).containsExactly(assignment(1));
  }

  @Test
  void readsSessionAtNextPollAndSendsDeferredAttempts() {
    SessionDelivery delivery = verifiedDelivery();
    Poll parked = arrive(delivery, 1, 5);

    delivery.deliver(List.of(assignment(1)), delivery.readEpoch());
    delivery.sendLater(List.of(ref(2)), delivery.readEpoch());

    assertThat(answer(parked).attempts()).containsExactly(assignment(1));
    Poll next = arrive(delivery, 2, 4, ref(1));
    assertThat(next.step()).isEqualTo(Step.NEEDS_READ);
    assertThat(delivery.free()).isZero();
    read(delivery, next, assignment(1), assignment(2));
    assertThat(answer(next).attempts()).containsExactly(assignment(2));
  }

  @Test
  void answersPollWithEmptyResponseWhenAllAttemptsAreDeferred() {
    SessionDelivery delivery = verifiedDelivery();
    Poll parked = arrive(delivery, 1, 5);

    delivery.sendLater(List.of(ref(2)), delivery.readEpoch());

    assertThat(parked.answer()).isCompletedWithValueMatching(SessionDeliveryTest::isEmpty);
    assertThat(arrive(delivery, 2, 5).step()).isEqualTo(Step.NEEDS_READ);
  }

  @Test
  void requiresDatabaseReadAfterForcedRedeliveryWithoutParkedPoll() {
    SessionDelivery delivery = verifiedDelivery();

    delivery.forceRedelivery();

    assertThat(arrive(delivery, 1, 5).step()).isEqualTo(Step.NEEDS_READ);
  }

  @Test
  void ignoresAttemptOfClaimStartedBeforeLastRead() {
    SessionDelivery delivery = deliveryWithFree(5);
    long beforeTheClaim = delivery.readEpoch();
    Poll back = arrive(delivery, 3, 5);
    read(delivery, back, assignment(1));
    arrive(delivery, 4, 4, ref(1));
    delivery.onReported(List.of(ref(1)));
    Poll after = arrive(delivery, 5, 5);

    delivery.deliver(List.of(assignment(1)), beforeTheClaim);

    assertThat(after.answer()).isCompletedWithValueMatching(SessionDeliveryTest::isEmpty);
    Poll next = arrive(delivery, 6, 5);
    assertThat(next.step()).isEqualTo(Step.NEEDS_READ);
    assertThat(read(delivery, next)).isEqualTo(Step.NEEDS_WORK);
  }

  @Test
  void returnsAttemptsHeldByWorkerOnlyWhilePollIsParked() {
    SessionDelivery delivery = newDelivery();
    Poll poll = arrive(delivery, 1, 5, ref(1));
    assertThat(delivery.heldByWorker()).isEmpty();

    read(delivery, poll, assignment(1));
    assertThat(delivery.heldByWorker()).contains(Set.of(ref(1)));

    delivery.deliver(List.of(assignment(2)), delivery.readEpoch());
    assertThat(delivery.heldByWorker()).isEmpty();
  }

  @Test
  void keepsPollParkedWhenReadFindsNoMissingAttempts() {
    SessionDelivery delivery = newDelivery();
    Poll wantsWork = arrive(delivery, 1, 5, ref(1));
    assertThat(read(delivery, wantsWork, assignment(1))).isEqualTo(Step.NEEDS_WORK);
    assertThat(wantsWork.answer()).isNotDone();
    assertThat(delivery.free()).isEqualTo(5);

    SessionDelivery full = newDelivery();
    Poll wantsNothing = arrive(full, 1, 0, ref(1));
    assertThat(read(full, wantsNothing, assignment(1))).isEqualTo(Step.WAITS);
    assertThat(wantsNothing.answer()).isNotDone();
  }

  @Test
  void repeatsReadAfterClaimDuringRead() {
    SessionDelivery delivery = newDelivery();
    Poll poll = arrive(delivery, 1, 5);
    long epochBefore = delivery.claimEpoch();
    delivery.deliver(List.of(assignment(9)), delivery.readEpoch());

    Step stale = delivery.onRead(poll.parked(), held(), epochBefore);

    assertThat(stale).isEqualTo(Step.NEEDS_READ);
    assertThat(poll.answer()).isNotDone();
    assertThat(read(delivery, poll, assignment(9))).isEqualTo(Step.ANSWERED);
    assertThat(answer(poll).attempts()).containsExactly(assignment(9));
  }

  @Test
  void sendsLostAttemptsTogetherWithClaimDuringRead() {
    SessionDelivery delivery = verifiedDelivery();
    arrive(delivery, 1, 5);
    delivery.deliver(List.of(assignment(1)), delivery.readEpoch());
    Poll next = arrive(delivery, 2, 5);
    long epochBefore = delivery.claimEpoch();
    assertThat(delivery.free()).isZero();

    delivery.deliver(List.of(assignment(2)), delivery.readEpoch());

    assertThat(next.answer()).isNotDone();
    assertThat(delivery.onRead(next.parked(), held(assignment(1)), epochBefore))
        .isEqualTo(Step.NEEDS_READ);
    read(delivery, next, assignment(1), assignment(2));
    assertThat(answer(next).attempts()).containsExactly(assignment(1), assignment(2));
  }

  @Test
  void ignoresReadForSupersededPoll() {
    SessionDelivery delivery = newDelivery();
    Poll older = arrive(delivery, 1, 5);
    Poll newer = arrive(delivery, 2, 5);

    assertThat(read(delivery, older, assignment(1))).isEqualTo(Step.SUPERSEDED);

    assertThat(newer.answer()).isNotDone();
    assertThat(newer.step()).isEqualTo(Step.NEEDS_READ);
    assertThat(read(delivery, newer, assignment(1))).isEqualTo(Step.ANSWERED);
    assertThat(answer(newer).attempts()).containsExactly(assignment(1));
  }

  @Test
  void sendsAttemptsExceedingMessageSizeInNextPoll() {
    Assignment large = assignment(1, Map.of("a", "x".repeat(300_000)));
    Assignment other = assignment(2, Map.of("a", "x".repeat(300_000)));
    SessionDelivery delivery = verifiedDelivery();
    Poll first = arrive(delivery, 1, 5);

    delivery.deliver(List.of(large, other), delivery.readEpoch());

    assertThat(answer(first).attempts()).containsExactly(large);
    Poll second = arrive(delivery, 2, 4, ref(1));
    assertThat(second.step()).isEqualTo(Step.NEEDS_READ);
    read(delivery, second, large, other);
    assertThat(answer(second).attempts()).containsExactly(other);
  }

  @Test
  void answersParkedPollWithCancelOnce() {
    SessionDelivery delivery = verifiedDelivery();
    Poll poll = arrive(delivery, 1, 0, ref(1));

    delivery.cancel(ref(1));

    assertThat(answer(poll).cancels()).containsExactly(ref(1));
    assertThat(answer(poll).attempts()).isEmpty();
    assertThat(arrive(delivery, 2, 0, ref(1)).step()).isEqualTo(Step.WAITS);
  }

  @Test
  void answersNextPollWithPendingCancel() {
    SessionDelivery delivery = verifiedDelivery();
    delivery.cancel(ref(1));

    Poll poll = arrive(delivery, 1, 5, ref(1), ref(2));

    assertThat(poll.step()).isEqualTo(Step.ANSWERED);
    assertThat(answer(poll).cancels()).containsExactly(ref(1));
  }

  @Test
  void dropsCancelOfAttemptNotHeldByWorker() {
    SessionDelivery delivery = verifiedDelivery();
    delivery.cancel(ref(1));

    assertThat(arrive(delivery, 1, 5, ref(2)).step()).isEqualTo(Step.NEEDS_WORK);
  }

  @Test
  void dropsCancelOfReportedAttempt() {
    SessionDelivery delivery = verifiedDelivery();
    delivery.cancel(ref(1));

    delivery.onReported(List.of(ref(1)));

    assertThat(arrive(delivery, 1, 5, ref(1)).step()).isEqualTo(Step.NEEDS_WORK);
  }

  @Test
  void sendsCancelReceivedDuringReadAfterRead() {
    SessionDelivery delivery = newDelivery();
    Poll poll = arrive(delivery, 1, 5, ref(1));
    delivery.cancel(ref(1));
    assertThat(poll.answer()).isNotDone();

    read(delivery, poll, assignment(1));

    assertThat(poll.answer()).isDone();
    assertThat(answer(poll).cancels()).containsExactly(ref(1));
  }

  @Test
  void sendsCancelTogetherWithAssignedAttempts() {
    SessionDelivery delivery = newDelivery();
    Poll poll = arrive(delivery, 1, 5, ref(1));
    delivery.cancel(ref(1));

    read(delivery, poll, assignment(1), assignment(2));

    assertThat(answer(poll).attempts()).containsExactly(assignment(2));
    assertThat(answer(poll).cancels()).containsExactly(ref(1));
  }

  @Test
  void failsPollOnDatabaseFailureAndReadsForNextPoll() {
    SessionDelivery delivery = verifiedDelivery();
    Poll poll = arrive(delivery, 1, 5);
    IllegalStateException reason = new IllegalStateException("away");

    delivery.fail(reason);

    assertThat(failure(poll)).isSameAs(reason);
    assertThat(arrive(delivery, 2, 5).step()).isEqualTo(Step.NEEDS_READ);
  }

  @Test
  void releasesOnlyPollThatIsStillParked() {
    SessionDelivery delivery = verifiedDelivery();
    Poll older = arrive(delivery, 1, 5);
    Poll newer = arrive(delivery, 2, 5);

    delivery.release(older.parked());
    assertThat(newer.answer()).isNotDone();
    delivery.release(newer.parked());

    assertThat(newer.answer()).isCompletedWithValueMatching(SessionDeliveryTest::isEmpty);
    assertThat(delivery.free()).isZero();
  }

  @Test
  void limitsReportedHeldAttemptsToTwiceCapacity() {
    SessionDelivery delivery = verifiedDelivery();
    AttemptRef[] held = refs(1, 2 * CAPACITY - 3);

    arrive(delivery, 1, CAPACITY, held);

    assertThat(delivery.free()).isEqualTo(3);
  }

  /** It has each attempt acknowledged, and then no longer names it. */
  @Test
  void limitsUnreportedHeldAttemptsToTwiceCapacity() {
    SessionDelivery delivery = verifiedDelivery();
    int given = 0;
    Step step = Step.NEEDS_WORK;
    long sequence = 0;
    while (step == Step.NEEDS_WORK && given < 1_000) {
      arrive(delivery, ++sequence, CAPACITY);
      int free = delivery.free();
      Assignment[] claimed = assignments(given + 1, free);
      delivery.deliver(List.of(claimed), delivery.readEpoch());
      given += free;
      arrive(delivery, ++sequence, 0, refs(given - free + 1, free));
      step = arrive(delivery, ++sequence, CAPACITY).step();
    }

    assertThat(given).isEqualTo(2 * CAPACITY);
    assertThat(step).isEqualTo(Step.NEEDS_READ);
  }

  @Test
  void freesSlotOfEndedAttemptOnceFullSessionIsRead() {
    SessionDelivery full = fullDelivery();
    Poll stillFull = arrive(full, 2, CAPACITY, refs(1, CAPACITY));
    assertThat(stillFull.step()).isEqualTo(Step.NEEDS_READ);

    assertThat(read(full, stillFull, assignments(1, 2 * CAPACITY))).isEqualTo(Step.ANSWERED);
    Poll holdsAll = arrive(full, 3, CAPACITY, refs(1, 2 * CAPACITY - 1));
    read(full, holdsAll, assignments(1, 2 * CAPACITY - 1));

    assertThat(full.free()).isEqualTo(1);
  }

  @Test
  void freesSlotsOfReportedAttempts() {
    SessionDelivery full = fullDelivery();

    full.onReported(List.of(refs(1, CAPACITY)));
    arrive(full, 2, CAPACITY, refs(CAPACITY + 1, CAPACITY));

    assertThat(full.free()).isEqualTo(CAPACITY);
  }

  @Test
  void requiresDatabaseReadAfterIncompleteRead() {
    SessionDelivery delivery = newDelivery();
    Poll poll = arrive(delivery, 1, 5);
    delivery.onRead(
        poll.parked(),
        new SessionDelivery.Held(List.of(assignment(1)), List.of(refs(1, 2)), false),
        delivery.claimEpoch());

    assertThat(answer(poll).attempts()).containsExactly(assignment(1));
    assertThat(arrive(delivery, 2, 5, ref(1)).step()).isEqualTo(Step.NEEDS_READ);
  }

  @Test
  void requiresDatabaseReadForEachPollUntilAllAttemptsWereRead() {
    SessionDelivery delivery = newDelivery();
    Poll poll = arrive(delivery, 1, 0, refs(1, 2));
    Step step = readPartly(delivery, poll);
    Poll next = arrive(delivery, 2, 1, ref(2));

    assertThat(step).isEqualTo(Step.WAITS);
    assertThat(next.step()).isEqualTo(Step.NEEDS_READ);
    read(delivery, next, assignments(2, 1));
    assertThat(arrive(delivery, 3, 1, ref(2)).step()).isEqualTo(Step.NEEDS_WORK);
  }

  private static Step readPartly(SessionDelivery delivery, Poll poll) {
    return delivery.onRead(
        poll.parked(),
        new SessionDelivery.Held(List.of(), List.of(refs(1, 2)), false),
        delivery.claimEpoch());
  }

  /** A verified delivery of a session that holds twice its capacity, all of it acknowledged. */
  private static SessionDelivery fullDelivery() {
    SessionDelivery delivery = newDelivery();
    Poll poll = arrive(delivery, 1, 0, refs(1, 2 * CAPACITY));
    read(delivery, poll, assignments(1, 2 * CAPACITY));
    return delivery;
  }

  private static AttemptRef[] refs(int first, int count) {
    return IntStream.range(first, first + count).mapToObj(Fixtures::ref).toArray(AttemptRef[]::new);
  }

  private static Assignment[] assignments(int first, int count) {
    return IntStream.range(first, first + count)
        .mapToObj(Fixtures::assignment)
        .toArray(Assignment[]::new);
  }

  @Test
  void failsPollsOfEndedSession() {
    SessionDelivery delivery = verifiedDelivery();
    Poll parked = arrive(delivery, 1, 5);
    ProblemException gone = ProblemException.of(ErrorCode.SESSION_GONE, "gone");

    delivery.end(gone);
    Poll late = arrive(delivery, 2, 5);

    assertThat(failure(parked)).isSameAs(gone);
    assertThat(late.step()).isEqualTo(Step.ANSWERED);
    assertThat(failure(late)).isSameAs(gone);
    assertThat(delivery.free()).isZero();
  }

  @Test
  void rejectsClaimedAttemptsAfterCallerIsRefused() {
    SessionDelivery delivery = verifiedDelivery();
    Poll poll = arrive(delivery, 1, 5);

    delivery.refuse(poll.parked(), revoked);

    assertThat(failure(poll)).isSameAs(revoked);
    assertThat(delivery.free()).isZero();
    assertThat(delivery.deliver(List.of(assignment(1)), delivery.readEpoch())).isFalse();
    assertThat(delivery.sendLater(List.of(ref(2)), delivery.readEpoch())).isFalse();
  }

  @Test
  void excludesReturnedAttemptsFromLaterPolls() {
    SessionDelivery delivery = verifiedDelivery();
    delivery.refuse(arrive(delivery, 1, 5).parked(), revoked);
    assertThat(delivery.deliver(List.of(assignment(1)), delivery.readEpoch())).isFalse();

    Poll valid = arrive(delivery, 2, 5);

    assertThat(valid.step()).isEqualTo(Step.NEEDS_READ);
    assertThat(read(delivery, valid, assignment(1))).isEqualTo(Step.NEEDS_WORK);
    assertThat(valid.answer()).isNotDone();
    assertThat(delivery.deliver(List.of(assignment(2)), delivery.readEpoch())).isTrue();
    assertThat(answer(valid).attempts()).containsExactly(assignment(2));
  }

  @Test
  void advancesClaimEpochWhenClaimIsRefusedDuringRead() {
    SessionDelivery delivery = verifiedDelivery();
    delivery.refuse(arrive(delivery, 1, 5).parked(), revoked);
    Poll valid = arrive(delivery, 3, 5);
    long before = delivery.claimEpoch();
    Poll refusedAgain = arrive(delivery, 4, 5);
    delivery.refuse(refusedAgain.parked(), revoked);

    assertThat(delivery.deliver(List.of(assignment(1)), delivery.readEpoch())).isFalse();

    assertThat(delivery.claimEpoch()).isGreaterThan(before);
    assertThat(valid.answer()).isDone();
  }

  @Test
  void acceptsClaimedAttemptAlreadySentByReadDespiteRefusedCaller() {
    SessionDelivery delivery = verifiedDelivery();
    long beforeTheClaim = delivery.readEpoch();
    Poll poll = arrive(delivery, 3, 5);
    read(delivery, poll, assignment(1));
    assertThat(answer(poll).attempts()).containsExactly(assignment(1));
    Poll next = arrive(delivery, 4, 4, ref(1));
    delivery.refuse(next.parked(), revoked);

    assertThat(delivery.deliver(List.of(assignment(1)), beforeTheClaim)).isTrue();
  }

  @Test
  void refusesPollThatParksAfterItsRefusal() {
    SessionDelivery delivery = verifiedDelivery();
    ParkedPoll late =
        new ParkedPoll(
            new PollRequest(delivery.session().id().toString(), 1, 5, List.of(), 1, false),
            5,
            Protocol.HTTP);
    late.watchedBy(TestWatches.trusted());

    delivery.refuse(late, revoked);

    assertThat(delivery.park(late)).isEqualTo(Step.ANSWERED);
    assertThat(delivery.free()).isZero();
    assertThat(arrive(delivery, 2, 5).step()).isEqualTo(Step.NEEDS_READ);
  }

  @Test
  void sendsAttemptsOnlyWhileCallerIsTrusted() {
    List<ParkedPoll> reads = new ArrayList<>();
    List<SessionDelivery> requests = new ArrayList<>();
    SessionDelivery delivery =
        new SessionDelivery(
            LiveSessions.session(Fixtures.CAPABILITIES, CAPACITY, new SettableTicker()),
            requests::add,
            (of, poll) -> reads.add(poll));
    SettableWatch caller = new SettableWatch();
    caller.setTrusted(false);
    Poll poll =
        arrive(
            delivery,
            new PollRequest(delivery.session().id().toString(), 1, 5, List.of(), 1, false),
            caller);

    assertThat(read(delivery, poll, assignment(1))).isEqualTo(Step.WAITS);
    assertThat(poll.answer()).isNotDone();

    caller.setTrusted(true);
    delivery.resume(poll.parked());
    assertThat(reads).containsExactly(poll.parked());
    assertThat(read(delivery, poll)).isEqualTo(Step.NEEDS_WORK);
    assertThat(delivery.free()).isEqualTo(5);

    caller.setTrusted(false);
    assertThat(delivery.free()).isZero();
    assertThat(delivery.deliver(List.of(assignment(2)), delivery.readEpoch())).isFalse();
  }

  @Test
  void reportsRemainingLeaseInResponse() {
    SettableTicker ticker = new SettableTicker();
    SessionDelivery delivery =
        Fixtures.newDelivery(LiveSessions.session(Fixtures.CAPABILITIES, 5, ticker));
    Poll poll = arrive(delivery, 1, 5);
    read(delivery, poll);
    ticker.advance(Duration.ofSeconds(12));

    delivery.release(poll.parked());

    assertThat(answer(poll).leaseRemainingMillis()).isEqualTo(18_000);
    assertThat(answer(poll).drain()).isFalse();
  }

  private static Step read(SessionDelivery delivery, Poll poll, Assignment... found) {
    return delivery.onRead(poll.parked(), held(found), delivery.claimEpoch());
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
