package dev.orrery.worker.poll;

import static dev.orrery.worker.session.OpenConnection.LEASE;
import static dev.orrery.worker.session.OpenConnection.POLL_WAIT;
import static dev.orrery.worker.session.OpenConnection.agree;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.ProcessorSpec;
import dev.orrery.protocol.WorkerOperation;
import dev.orrery.protocol.message.Assignment;
import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.protocol.message.AttemptReport;
import dev.orrery.protocol.message.PollRequest;
import dev.orrery.protocol.message.PollResponse;
import dev.orrery.protocol.message.ProblemDetail;
import dev.orrery.worker.StopCause;
import dev.orrery.worker.WorkerStatus.Phase;
import dev.orrery.worker.attempt.AttemptRegistry;
import dev.orrery.worker.attempt.Gate;
import dev.orrery.worker.attempt.HeldAttempt;
import dev.orrery.worker.client.FakeProtocolClient;
import dev.orrery.worker.client.FakeProtocolClient.Asked;
import dev.orrery.worker.client.ProtocolClientException;
import dev.orrery.worker.core.ActivityCounters;
import dev.orrery.worker.core.Backoff;
import dev.orrery.worker.core.ManualCore;
import dev.orrery.worker.session.OpenConnection;
import dev.orrery.worker.session.SchedulerConnection;
import dev.orrery.worker.session.SchedulerSession;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PollerTest {
  private static final int CAPACITY = 4;
  private static final Duration GATHER = Duration.ofMillis(5);
  private static final Duration LAST_ANSWERS = Duration.ofSeconds(2);
  private static final Duration FIRST_RETRY = Duration.ofMillis(100);

  private final ManualCore core = new ManualCore();
  private final FakeProtocolClient wire = new FakeProtocolClient(core);
  private final Gate gate = new Gate();
  private final ActivityCounters counters = new ActivityCounters();
  private final AttemptRegistry attempts =
      new AttemptRegistry(core, Map.of("noop", gate), CAPACITY, Duration.ofSeconds(10), counters);
  private final List<HeldAttempt> ended = new ArrayList<>();
  private final AtomicInteger drains = new AtomicInteger();
  private final Runnable drained = drains::incrementAndGet;
  private final SchedulerConnection connection =
      OpenConnection.of(core, wire, new SessionListener());
  private final Poller polling =
      new Poller(
          core,
          wire,
          attempts,
          connection,
          new Backoff(FIRST_RETRY.multipliedBy(2), Duration.ofSeconds(5), () -> 0),
          counters);

  @BeforeEach
  void begin() {
    attempts.listen(new AttemptListener());
    connection.connect();
    agree(wire, "s-1");
  }

  @AfterEach
  void endThreads() {
    attempts.close();
  }

  @Test
  void firstPollAsksForAllThatThereIsRoomFor() {
    Asked<PollRequest, PollResponse> poll = wire.take(WorkerOperation.POLL);

    assertThat(poll.request())
        .isEqualTo(new PollRequest("s-1", 1, CAPACITY, List.of(), POLL_WAIT.toMillis(), false));
    assertThat(poll.longest()).isGreaterThan(POLL_WAIT);
    assertThat(wire.isAsked(WorkerOperation.POLL)).isFalse();
  }

  @Test
  void answerShowsThatTheSchedulerWorksAgain() {
    connection.failed(
        connection.session(), ProtocolClientException.unreachable("on purpose", null));
    assertThat(connection.status().phase()).isEqualTo(Phase.UNREACHABLE);

    answer(wire.take(WorkerOperation.POLL), 1);

    assertThat(connection.status().phase()).isEqualTo(Phase.AGREED);
    assertThat(connection.status().problem()).isEmpty();
  }

  @Test
  void answerIsFollowedByAPollThatNamesWhatIsHeld() {
    answer(wire.take(WorkerOperation.POLL), 1, 2);

    PollRequest next = wire.take(WorkerOperation.POLL).request();
    assertThat(next.sequence()).isEqualTo(2);
    assertThat(next.free()).isEqualTo(2);
    assertThat(next.held()).containsExactly(new AttemptRef(1, 1), new AttemptRef(2, 1));
  }

  @Test
  void fullWorkerPollsTooSoThatCancelsReachIt() {
    answer(wire.take(WorkerOperation.POLL), 1, 2, 3, 4);
    core.runUntil(() -> gate.hasStarted(1));

    Asked<PollRequest, PollResponse> parked = wire.take(WorkerOperation.POLL);
    assertThat(parked.request().free()).isZero();
    parked.answer(
        new PollResponse(List.of(), List.of(new AttemptRef(1, 1)), LEASE.toMillis(), false));

    assertThat(gate.context(1).stopCause()).contains(StopCause.CANCELED);
  }

  @Test
  void attemptThatIsGivenAndCanceledInOneAnswerIsStopped() {
    wire.take(WorkerOperation.POLL)
        .answer(
            new PollResponse(
                List.of(assignment(1)), List.of(new AttemptRef(1, 1)), LEASE.toMillis(), false));

    core.runUntil(() -> !ended.isEmpty());

    assertThat(ended.get(0).outcome().outcome()).isEqualTo(AttemptReport.Outcome.CANCELED);
  }

  @Test
  void roomForHalfTheCapacityAtOnceSupersedesThePollThatAskedForNothing() {
    answer(wire.take(WorkerOperation.POLL), 1, 2, 3, 4);
    Asked<PollRequest, PollResponse> parked = wire.take(WorkerOperation.POLL);
    end(1);
    assertThat(wire.isAsked(WorkerOperation.POLL)).isFalse();
    end(2);

    Asked<PollRequest, PollResponse> newer = wire.take(WorkerOperation.POLL);
    assertThat(newer.request().sequence()).isEqualTo(3);
    assertThat(newer.request().free()).isEqualTo(2);
    answer(parked);
    assertThat(wire.isAsked(WorkerOperation.POLL)).isFalse();
  }

  @Test
  void littleRoomWaitsAMomentToBecomeMore() {
    answer(wire.take(WorkerOperation.POLL), 1, 2, 3, 4);
    wire.take(WorkerOperation.POLL);
    end(1);

    core.pass(GATHER.minusNanos(1));
    assertThat(wire.isAsked(WorkerOperation.POLL)).isFalse();
    core.pass(Duration.ofNanos(1));

    assertThat(wire.take(WorkerOperation.POLL).request().free()).isEqualTo(1);
    core.pass(GATHER.multipliedBy(10));
    assertThat(wire.isAsked(WorkerOperation.POLL)).isFalse();
  }

  @Test
  void roomIsNotAskedForTwiceWhileAPollForWorkIsParked() {
    answer(wire.take(WorkerOperation.POLL), 1, 2, 3);
    Asked<PollRequest, PollResponse> parked = wire.take(WorkerOperation.POLL);
    assertThat(parked.request().free()).isEqualTo(1);

    end(1);
    end(2);
    core.pass(GATHER);

    assertThat(wire.isAsked(WorkerOperation.POLL)).isFalse();
  }

  @Test
  void lateAnswerOfASupersededPollIsTakenAllTheSame() {
    answer(wire.take(WorkerOperation.POLL), 1, 2, 3, 4);
    Asked<PollRequest, PollResponse> superseded = wire.take(WorkerOperation.POLL);
    end(1);
    end(2);
    wire.take(WorkerOperation.POLL);

    answer(superseded, 5);

    core.runUntil(() -> gate.hasStarted(5));
  }

  @Test
  void answerRenewsTheLeaseFromWhenItsPollWasSent() {
    Asked<PollRequest, PollResponse> poll = wire.take(WorkerOperation.POLL);
    long sentAt = core.nanos();
    core.pass(Duration.ofSeconds(19));

    poll.answer(new PollResponse(List.of(), List.of(), 60_000, false));

    assertThat(connection.session().lease().mayStart(sentAt + Duration.ofSeconds(39).toNanos()))
        .isTrue();
    assertThat(connection.session().lease().mayStart(sentAt + Duration.ofSeconds(40).toNanos()))
        .isFalse();
  }

  @Test
  void failedPollIsRepeatedAfterAWhileAndNotBefore() {
    wire.take(WorkerOperation.POLL).lose();

    core.pass(FIRST_RETRY.minusMillis(1));
    polling.freed();
    assertThat(wire.isAsked(WorkerOperation.POLL)).isFalse();
    core.pass(Duration.ofMillis(1));

    PollRequest second = wire.take(WorkerOperation.POLL).request();
    assertThat(second.sequence()).isEqualTo(2);
    assertThat(second.free()).isEqualTo(CAPACITY);
  }

  @Test
  void failuresInARowAreRepeatedLessAndLessOften() {
    wire.take(WorkerOperation.POLL).lose();
    core.pass(FIRST_RETRY);
    wire.take(WorkerOperation.POLL).refuse(ErrorCode.UNAVAILABLE);

    core.pass(FIRST_RETRY);
    assertThat(wire.isAsked(WorkerOperation.POLL)).isFalse();
    core.pass(FIRST_RETRY);

    assertThat(wire.isAsked(WorkerOperation.POLL)).isTrue();
  }

  @Test
  void failureOfASupersededPollChangesNothing() {
    answer(wire.take(WorkerOperation.POLL), 1, 2, 3, 4);
    Asked<PollRequest, PollResponse> superseded = wire.take(WorkerOperation.POLL);
    end(1);
    end(2);
    wire.take(WorkerOperation.POLL);

    superseded.lose();
    core.pass(Duration.ofSeconds(1));

    assertThat(wire.isAsked(WorkerOperation.POLL)).isFalse();
    assertThat(connection.status().problem()).isEmpty();
  }

  @Test
  void reportedAttemptIsNamedNoMoreAndRememberedUntilTheNextPollIsAnswered() {
    answer(wire.take(WorkerOperation.POLL), 1, 2);
    Asked<PollRequest, PollResponse> parked = wire.take(WorkerOperation.POLL);
    end(1);
    attempts.acknowledged(ended.get(0), polling.nextSequence());

    answer(parked, 1);
    assertThat(counters.started()).isEqualTo(2);
    Asked<PollRequest, PollResponse> later = wire.take(WorkerOperation.POLL);
    assertThat(later.request().held()).containsExactly(new AttemptRef(2, 1));
    answer(later);

    answer(wire.take(WorkerOperation.POLL), 1);
    assertThat(counters.started()).isEqualTo(3);
  }

  @Test
  void lateAnswerOfAnOlderPollDoesNotEndTheMemoryOfAReportedAttempt() {
    answer(wire.take(WorkerOperation.POLL), 1, 2);
    Asked<PollRequest, PollResponse> sentBefore = wire.take(WorkerOperation.POLL);
    end(1);
    attempts.acknowledged(ended.get(0), polling.nextSequence());
    polling.drain(drained);
    assertThat(wire.take(WorkerOperation.POLL).request().sequence()).isEqualTo(3);

    answer(sentBefore, 1);

    assertThat(counters.started()).isEqualTo(2);
  }

  @Test
  void reportedAttemptIsRememberedWhileAPollFromBeforeIsStillUnderWay() {
    answer(wire.take(WorkerOperation.POLL), 1, 2, 3, 4);
    Asked<PollRequest, PollResponse> older = wire.take(WorkerOperation.POLL);
    end(1);
    end(2);
    Asked<PollRequest, PollResponse> newer = wire.take(WorkerOperation.POLL);
    attempts.acknowledged(ended.get(0), polling.nextSequence());
    answer(newer);
    Asked<PollRequest, PollResponse> sentAfter = wire.take(WorkerOperation.POLL);
    assertThat(sentAfter.request().held()).doesNotContain(new AttemptRef(1, 1));
    answer(sentAfter);

    answer(older, 1);

    assertThat(counters.started()).isEqualTo(4);
  }

  @Test
  void whatIsGivenAfterTheDrainIsOverIsHandedBackUnstarted() {
    wire.take(WorkerOperation.POLL);
    polling.drain(drained);
    Asked<PollRequest, PollResponse> poll = wire.take(WorkerOperation.POLL);
    attempts.stopForDrain();

    answer(poll, 1);

    assertThat(ended).hasSize(1);
    assertThat(ended.get(0).outcome().outcome()).isEqualTo(AttemptReport.Outcome.HANDED_BACK);
    assertThat(counters.started()).isZero();
    assertThat(wire.take(WorkerOperation.POLL).request().held())
        .containsExactly(new AttemptRef(1, 1));
  }

  @Test
  void drainAwaitsTheAnswerOfAPollFromBeforeAndWhatItBringsRunsStill() {
    Asked<PollRequest, PollResponse> sentBefore = wire.take(WorkerOperation.POLL);
    polling.drain(drained);
    assertThat(drains).hasValue(0);

    answer(sentBefore, 1);

    assertThat(drains).hasValue(1);
    assertThat(attempts.isEmpty()).isFalse();
    core.runUntil(() -> gate.hasStarted(1));
    answer(wire.take(WorkerOperation.POLL));
    core.pass(LAST_ANSWERS);
    assertThat(drains).hasValue(1);
  }

  @Test
  void drainAwaitsNoAnswerThatIsLost() {
    Asked<PollRequest, PollResponse> lost = wire.take(WorkerOperation.POLL);
    polling.drain(drained);

    lost.lose();

    assertThat(drains).hasValue(1);
  }

  @Test
  void drainAwaitsNoAnswerThatTakesTooLong() {
    wire.take(WorkerOperation.POLL);
    polling.drain(drained);

    core.pass(LAST_ANSWERS.minusNanos(1));
    assertThat(drains).hasValue(0);
    core.pass(Duration.ofNanos(1));

    assertThat(drains).hasValue(1);
  }

  @Test
  void drainingWorkerSaysSoAndAsksForNothing() {
    wire.take(WorkerOperation.POLL);

    polling.drain(drained);

    PollRequest request = wire.take(WorkerOperation.POLL).request();
    assertThat(request.draining()).isTrue();
    assertThat(request.free()).isZero();
  }

  @Test
  void workerThatIsToLeaveAsksForNothingMore() {
    answer(wire.take(WorkerOperation.POLL), 1, 2, 3, 4);
    wire.take(WorkerOperation.POLL)
        .answer(new PollResponse(List.of(), List.of(), LEASE.toMillis(), true));

    assertThat(connection.isLeaving()).isTrue();
    assertThat(wire.take(WorkerOperation.POLL).request().free()).isZero();
    end(1);
    end(2);
    assertThat(wire.isAsked(WorkerOperation.POLL)).isFalse();
  }

  @Test
  void sessionThatIsGoneIsFollowedByTheFirstPollOfTheNextOne() {
    wire.take(WorkerOperation.POLL).refuse(ErrorCode.SESSION_GONE);
    agree(wire, "s-2");

    PollRequest request = wire.take(WorkerOperation.POLL).request();

    assertThat(request.session()).isEqualTo("s-2");
    assertThat(request.sequence()).isEqualTo(2);
    core.pass(Duration.ofSeconds(1));
    assertThat(wire.isAsked(WorkerOperation.POLL)).isFalse();
  }

  @Test
  void workOfAnEarlierSessionIsNotTaken() {
    Asked<PollRequest, PollResponse> old = wire.take(WorkerOperation.POLL);
    connection.failed(
        connection.session(),
        ProtocolClientException.refused(ProblemDetail.of(ErrorCode.SESSION_GONE, "gone", null)));
    agree(wire, "s-2");
    wire.take(WorkerOperation.POLL);

    answer(old, 1);

    assertThat(attempts.active()).isZero();
    assertThat(wire.isAsked(WorkerOperation.POLL)).isFalse();
  }

  private void end(long instance) {
    int before = ended.size();
    gate.open(instance, null);
    core.runUntil(() -> ended.size() > before);
  }

  private static void answer(Asked<PollRequest, PollResponse> poll, long... instances) {
    List<Assignment> assignments =
        Arrays.stream(instances).mapToObj(PollerTest::assignment).toList();
    poll.answer(new PollResponse(assignments, List.of(), LEASE.toMillis(), false));
  }

  private static Assignment assignment(long instance) {
    return new Assignment(instance, 1, "j", 1, new ProcessorSpec.Noop(null), Map.of(), null, null);
  }

  private final class AttemptListener implements AttemptRegistry.Listener {
    @Override
    public void writes(HeldAttempt held) {}

    @Override
    public void progressed(HeldAttempt held) {}

    @Override
    public void ended(HeldAttempt held) {
      ended.add(held);
    }

    @Override
    public void dropped(HeldAttempt held) {}

    @Override
    public void freed() {
      polling.freed();
    }
  }

  private final class SessionListener implements SchedulerConnection.Listener {
    @Override
    public void opened(SchedulerSession session) {
      polling.begin();
    }

    @Override
    public void leaving() {}

    @Override
    public void gone(SchedulerSession session) {
      attempts.loseSession(session.id());
    }
  }
}
