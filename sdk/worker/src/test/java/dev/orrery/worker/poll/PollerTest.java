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
import dev.orrery.protocol.retry.Backoff;
import dev.orrery.worker.StopCause;
import dev.orrery.worker.WorkerStatus.Phase;
import dev.orrery.worker.attempt.AttemptRegistry;
import dev.orrery.worker.attempt.AttemptThreads;
import dev.orrery.worker.attempt.Gate;
import dev.orrery.worker.attempt.HeldAttempt;
import dev.orrery.worker.client.FakeProtocolClient;
import dev.orrery.worker.client.FakeProtocolClient.Asked;
import dev.orrery.worker.client.ProtocolClientException;
import dev.orrery.worker.core.ActivityCounters;
import dev.orrery.worker.core.FailureBackoff;
import dev.orrery.worker.core.ManualEventLoop;
import dev.orrery.worker.session.OpenConnection;
import dev.orrery.worker.session.SchedulerConnection;
import dev.orrery.worker.session.SchedulerSession;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PollerTest {
  private static final int CAPACITY = 4;
  private static final Duration BATCHING_DELAY = Duration.ofMillis(5);
  private static final Duration LAST_ANSWERS = Duration.ofSeconds(2);
  private static final Duration FIRST_RETRY = Duration.ofMillis(100);

  private final ManualEventLoop loop = new ManualEventLoop();
  private final FakeProtocolClient client = new FakeProtocolClient(loop);
  private final Gate gate = new Gate();
  private final ActivityCounters counters = new ActivityCounters();
  private final AttemptRegistry attempts =
      new AttemptRegistry(
          loop,
          Map.of("noop", gate),
          CAPACITY,
          Duration.ofSeconds(10),
          counters,
          AttemptThreads.platform());
  private final List<HeldAttempt> ended = new ArrayList<>();
  private final AtomicInteger drains = new AtomicInteger();
  private final Runnable drained = drains::incrementAndGet;
  private final SchedulerConnection connection =
      OpenConnection.of(loop, client, new SessionListener());
  private final Poller poller =
      new Poller(
          loop,
          client,
          attempts,
          connection,
          new FailureBackoff(
              new Backoff(FIRST_RETRY.multipliedBy(2), Duration.ofSeconds(5)), () -> 0),
          counters);

  @BeforeEach
  void begin() {
    attempts.setListener(new AttemptListener());
    connection.connect();
    agree(client, "s-1");
  }

  @AfterEach
  void endThreads() {
    attempts.close();
  }

  @Test
  void requestsFullCapacityInFirstPoll() {
    Asked<PollRequest, PollResponse> poll = client.take(WorkerOperation.POLL);

    assertThat(poll.request())
        .isEqualTo(new PollRequest("s-1", 1, CAPACITY, List.of(), POLL_WAIT.toMillis(), false));
    assertThat(poll.longest()).isGreaterThan(POLL_WAIT);
    assertThat(client.isAsked(WorkerOperation.POLL)).isFalse();
  }

  @Test
  void clearsProblemOnPollAnswer() {
    connection.onFailure(
        connection.session(), ProtocolClientException.unreachable("on purpose", null));
    assertThat(connection.status().phase()).isEqualTo(Phase.UNREACHABLE);

    answer(client.take(WorkerOperation.POLL), 1);

    assertThat(connection.status().phase()).isEqualTo(Phase.AGREED);
    assertThat(connection.status().problem()).isEmpty();
  }

  @Test
  void sendsNextPollNamingHeldAttempts() {
    answer(client.take(WorkerOperation.POLL), 1, 2);

    PollRequest next = client.take(WorkerOperation.POLL).request();
    assertThat(next.sequence()).isEqualTo(2);
    assertThat(next.free()).isEqualTo(2);
    assertThat(next.held()).containsExactly(new AttemptRef(1, 1), new AttemptRef(2, 1));
  }

  @Test
  void pollsAtFullCapacityToReceiveCancels() {
    answer(client.take(WorkerOperation.POLL), 1, 2, 3, 4);
    loop.runUntil(() -> gate.hasStarted(1));

    Asked<PollRequest, PollResponse> parked = client.take(WorkerOperation.POLL);
    assertThat(parked.request().free()).isZero();
    parked.answer(
        new PollResponse(List.of(), List.of(new AttemptRef(1, 1)), LEASE.toMillis(), false));

    assertThat(gate.context(1).stopCause()).contains(StopCause.CANCELED);
  }

  @Test
  void delaysNextPollWhenLittleCapacityRemains() {
    answer(client.take(WorkerOperation.POLL), 1, 2, 3);
    assertThat(client.isAsked(WorkerOperation.POLL)).isFalse();

    loop.pass(BATCHING_DELAY);

    assertThat(client.take(WorkerOperation.POLL).request().free()).isOne();
    assertThat(client.isAsked(WorkerOperation.POLL)).isFalse();
  }

  @Test
  void stopsAttemptAssignedAndCanceledInSameAnswer() {
    client
        .take(WorkerOperation.POLL)
        .answer(
            new PollResponse(
                List.of(assignment(1)), List.of(new AttemptRef(1, 1)), LEASE.toMillis(), false));

    loop.runUntil(() -> !ended.isEmpty());

    assertThat(ended.get(0).outcome().outcome()).isEqualTo(AttemptReport.Outcome.CANCELED);
  }

  @Test
  void supersedesIdlePollWhenHalfCapacityIsFreed() {
    answer(client.take(WorkerOperation.POLL), 1, 2, 3, 4);
    Asked<PollRequest, PollResponse> parked = client.take(WorkerOperation.POLL);
    end(1);
    assertThat(client.isAsked(WorkerOperation.POLL)).isFalse();
    end(2);

    Asked<PollRequest, PollResponse> newer = client.take(WorkerOperation.POLL);
    assertThat(newer.request().sequence()).isEqualTo(3);
    assertThat(newer.request().free()).isEqualTo(2);
    answer(parked);
    assertThat(client.isAsked(WorkerOperation.POLL)).isFalse();
  }

  @Test
  void delaysPollBrieflyWhenLittleCapacityIsFreed() {
    answer(client.take(WorkerOperation.POLL), 1, 2, 3, 4);
    client.take(WorkerOperation.POLL);
    end(1);

    client.passInSilence(WorkerOperation.POLL, BATCHING_DELAY);

    assertThat(client.take(WorkerOperation.POLL).request().free()).isEqualTo(1);
    loop.pass(BATCHING_DELAY.multipliedBy(10));
    assertThat(client.isAsked(WorkerOperation.POLL)).isFalse();
  }

  @Test
  void sendsNoSecondPollWhilePollForWorkIsParked() {
    answer(client.take(WorkerOperation.POLL), 1, 2, 3);
    Asked<PollRequest, PollResponse> parked = client.take(WorkerOperation.POLL);
    assertThat(parked.request().free()).isEqualTo(1);

    end(1);
    end(2);
    loop.pass(BATCHING_DELAY);

    assertThat(client.isAsked(WorkerOperation.POLL)).isFalse();
  }

  @Test
  void acceptsLateAnswerOfSupersededPoll() {
    answer(client.take(WorkerOperation.POLL), 1, 2, 3, 4);
    Asked<PollRequest, PollResponse> superseded = client.take(WorkerOperation.POLL);
    end(1);
    end(2);
    client.take(WorkerOperation.POLL);

    answer(superseded, 5);

    loop.runUntil(() -> gate.hasStarted(5));
  }

  @Test
  void renewsLeaseFromSendTimeOfPoll() {
    Asked<PollRequest, PollResponse> poll = client.take(WorkerOperation.POLL);
    long sentAt = loop.nanos();
    loop.pass(Duration.ofSeconds(19));

    poll.answer(new PollResponse(List.of(), List.of(), 60_000, false));

    assertThat(connection.session().lease().mayStart(sentAt + Duration.ofSeconds(39).toNanos()))
        .isTrue();
    assertThat(connection.session().lease().mayStart(sentAt + Duration.ofSeconds(40).toNanos()))
        .isFalse();
  }

  @Test
  void startsAssignmentsUnderLeaseRenewedBySameAnswer() {
    loop.pass(Duration.ofSeconds(19));
    answer(client.take(WorkerOperation.POLL));
    Asked<PollRequest, PollResponse> next = client.take(WorkerOperation.POLL);
    loop.pass(Duration.ofSeconds(10));
    assertThat(connection.session().lease().mayStart(loop.nanos())).isFalse();

    answer(next, 1);

    assertThat(counters.started()).isEqualTo(1);
  }

  @Test
  void repeatsFailedPollOnlyAfterBackoff() {
    client.take(WorkerOperation.POLL).lose();

    loop.pass(FIRST_RETRY.minusMillis(1));
    poller.onFreed();
    assertThat(client.isAsked(WorkerOperation.POLL)).isFalse();
    loop.pass(Duration.ofMillis(1));

    PollRequest second = client.take(WorkerOperation.POLL).request();
    assertThat(second.sequence()).isEqualTo(2);
    assertThat(second.free()).isEqualTo(CAPACITY);
  }

  @Test
  void repeatsFailedPollImmediatelyWhenSchedulerRecovers() {
    client.take(WorkerOperation.POLL).refuse(ErrorCode.UNAVAILABLE);

    connection.onSuccess(connection.session(), loop.nanos());

    assertThat(client.take(WorkerOperation.POLL).request().sequence()).isEqualTo(2);
    loop.pass(FIRST_RETRY);
    assertThat(client.isAsked(WorkerOperation.POLL)).isFalse();
  }

  @Test
  void keepsParkedPollWhenSchedulerRecovers() {
    connection.onFailure(
        connection.session(), ProtocolClientException.unreachable("on purpose", null));

    connection.onSuccess(connection.session(), loop.nanos());

    assertThat(client.count(WorkerOperation.POLL)).isEqualTo(1);
  }

  @Test
  void includesAttemptsOfLateResponseInRepeatedPoll() {
    Asked<PollRequest, PollResponse> parked = client.take(WorkerOperation.POLL);
    poller.pollNow();
    client.take(WorkerOperation.POLL).lose();

    answer(parked, 1);

    PollRequest repeated = client.take(WorkerOperation.POLL).request();
    assertThat(repeated.held()).containsExactly(new AttemptRef(1, 1));
    assertThat(repeated.free()).isEqualTo(CAPACITY - 1);
    loop.pass(FIRST_RETRY);
    assertThat(client.isAsked(WorkerOperation.POLL)).isFalse();
  }

  @Test
  void backsOffIncreasinglyOnConsecutiveFailures() {
    client.take(WorkerOperation.POLL).lose();
    loop.pass(FIRST_RETRY);
    client.take(WorkerOperation.POLL).refuse(ErrorCode.UNAVAILABLE);

    loop.pass(FIRST_RETRY);
    assertThat(client.isAsked(WorkerOperation.POLL)).isFalse();
    loop.pass(FIRST_RETRY);

    assertThat(client.isAsked(WorkerOperation.POLL)).isTrue();
  }

  @Test
  void resetsBackoffOnPollAnswer() {
    client.take(WorkerOperation.POLL).lose();
    loop.pass(FIRST_RETRY);
    client.take(WorkerOperation.POLL).lose();
    loop.pass(FIRST_RETRY.multipliedBy(2));
    answer(client.take(WorkerOperation.POLL));
    client.take(WorkerOperation.POLL).lose();

    loop.pass(FIRST_RETRY);

    assertThat(client.isAsked(WorkerOperation.POLL)).isTrue();
  }

  @Test
  void requestsFreedCapacityImmediatelyAfterOutage() {
    client.take(WorkerOperation.POLL).lose();
    loop.pass(FIRST_RETRY);
    answer(client.take(WorkerOperation.POLL), 1, 2, 3, 4);
    assertThat(client.take(WorkerOperation.POLL).request().free()).isZero();

    end(1);
    end(2);

    assertThat(client.isAsked(WorkerOperation.POLL)).isTrue();
  }

  @Test
  void ignoresFailureOfSupersededPoll() {
    answer(client.take(WorkerOperation.POLL), 1, 2, 3, 4);
    Asked<PollRequest, PollResponse> superseded = client.take(WorkerOperation.POLL);
    end(1);
    end(2);
    client.take(WorkerOperation.POLL);

    superseded.lose();
    loop.pass(Duration.ofSeconds(1));

    assertThat(client.isAsked(WorkerOperation.POLL)).isFalse();
    assertThat(connection.status().problem()).isEmpty();
  }

  @Test
  void remembersReportedAttemptUntilNextPollIsAnswered() {
    answer(client.take(WorkerOperation.POLL), 1, 2);
    Asked<PollRequest, PollResponse> parked = client.take(WorkerOperation.POLL);
    end(1);
    attempts.acknowledge(ended.get(0), poller.nextSequence());

    answer(parked, 1);
    assertThat(counters.started()).isEqualTo(2);
    Asked<PollRequest, PollResponse> later = client.take(WorkerOperation.POLL);
    assertThat(later.request().held()).containsExactly(new AttemptRef(2, 1));
    answer(later);

    answer(client.take(WorkerOperation.POLL), 1);
    assertThat(counters.started()).isEqualTo(3);
  }

  @Test
  void remembersReportedAttemptDespiteLateAnswerOfOlderPoll() {
    answer(client.take(WorkerOperation.POLL), 1, 2);
    Asked<PollRequest, PollResponse> sentBefore = client.take(WorkerOperation.POLL);
    end(1);
    attempts.acknowledge(ended.get(0), poller.nextSequence());
    poller.drain(drained);
    assertThat(client.take(WorkerOperation.POLL).request().sequence()).isEqualTo(3);

    answer(sentBefore, 1);

    assertThat(counters.started()).isEqualTo(2);
  }

  @Test
  void remembersReportedAttemptWhileOlderPollIsInFlight() {
    answer(client.take(WorkerOperation.POLL), 1, 2, 3, 4);
    Asked<PollRequest, PollResponse> older = client.take(WorkerOperation.POLL);
    end(1);
    end(2);
    Asked<PollRequest, PollResponse> newer = client.take(WorkerOperation.POLL);
    attempts.acknowledge(ended.get(0), poller.nextSequence());
    answer(newer);
    Asked<PollRequest, PollResponse> sentAfter = client.take(WorkerOperation.POLL);
    assertThat(sentAfter.request().held()).doesNotContain(new AttemptRef(1, 1));
    answer(sentAfter);

    answer(older, 1);

    assertThat(counters.started()).isEqualTo(4);
  }

  @Test
  void handsBackAssignmentsReceivedAfterDrainDeadline() {
    client.take(WorkerOperation.POLL);
    poller.drain(drained);
    Asked<PollRequest, PollResponse> poll = client.take(WorkerOperation.POLL);
    attempts.stopForDrain();

    answer(poll, 1);

    assertThat(ended).hasSize(1);
    assertThat(ended.get(0).outcome().outcome()).isEqualTo(AttemptReport.Outcome.HANDED_BACK);
    assertThat(counters.started()).isZero();
    assertThat(client.take(WorkerOperation.POLL).request().held())
        .containsExactly(new AttemptRef(1, 1));
  }

  @Test
  void drainsAfterAnswerOfEarlierPollAndRunsItsAssignments() {
    Asked<PollRequest, PollResponse> sentBefore = client.take(WorkerOperation.POLL);
    poller.drain(drained);
    assertThat(drains).hasValue(0);

    answer(sentBefore, 1);

    assertThat(drains).hasValue(1);
    assertThat(attempts.isEmpty()).isFalse();
    loop.runUntil(() -> gate.hasStarted(1));
    answer(client.take(WorkerOperation.POLL));
    loop.pass(LAST_ANSWERS);
    assertThat(drains).hasValue(1);
  }

  @Test
  void completesDrainWhenPendingPollFails() {
    Asked<PollRequest, PollResponse> lost = client.take(WorkerOperation.POLL);
    poller.drain(drained);

    lost.lose();

    assertThat(drains).hasValue(1);
  }

  @Test
  void completesDrainWhenPendingPollTimesOut() {
    client.take(WorkerOperation.POLL);
    poller.drain(drained);

    loop.pass(LAST_ANSWERS.minusNanos(1));
    assertThat(drains).hasValue(0);
    loop.pass(Duration.ofNanos(1));

    assertThat(drains).hasValue(1);
  }

  @Test
  void pollsWithDrainingFlagAndWithoutRequestingWork() {
    client.take(WorkerOperation.POLL);

    poller.drain(drained);

    PollRequest request = client.take(WorkerOperation.POLL).request();
    assertThat(request.draining()).isTrue();
    assertThat(request.free()).isZero();
  }

  @Test
  void requestsNoWorkWhenAskedToLeave() {
    answer(client.take(WorkerOperation.POLL), 1, 2, 3, 4);
    client
        .take(WorkerOperation.POLL)
        .answer(new PollResponse(List.of(), List.of(), LEASE.toMillis(), true));

    assertThat(connection.isLeaving()).isTrue();
    assertThat(client.take(WorkerOperation.POLL).request().free()).isZero();
    end(1);
    end(2);
    assertThat(client.isAsked(WorkerOperation.POLL)).isFalse();
  }

  @Test
  void pollsInNewSessionAfterSessionGone() {
    client.take(WorkerOperation.POLL).refuse(ErrorCode.SESSION_GONE);
    agree(client, "s-2");

    PollRequest request = client.take(WorkerOperation.POLL).request();

    assertThat(request.session()).isEqualTo("s-2");
    assertThat(request.sequence()).isEqualTo(2);
    loop.pass(Duration.ofSeconds(1));
    assertThat(client.isAsked(WorkerOperation.POLL)).isFalse();
  }

  @Test
  void ignoresAssignmentsOfEarlierSession() {
    Asked<PollRequest, PollResponse> old = client.take(WorkerOperation.POLL);
    connection.onFailure(
        connection.session(),
        ProtocolClientException.refused(ProblemDetail.of(ErrorCode.SESSION_GONE, "gone", null)));
    agree(client, "s-2");
    client.take(WorkerOperation.POLL);

    answer(old, 1);

    assertThat(attempts.active()).isZero();
    assertThat(client.isAsked(WorkerOperation.POLL)).isFalse();
  }

  private void end(long instance) {
    int before = ended.size();
    gate.open(instance, null);
    loop.runUntil(() -> ended.size() > before);
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
    public void onFirstLine(HeldAttempt held) {}

    @Override
    public void onProgress(HeldAttempt held) {}

    @Override
    public void onEnded(HeldAttempt held) {
      ended.add(held);
    }

    @Override
    public void onDropped(HeldAttempt held) {}

    @Override
    public void onFreed() {
      poller.onFreed();
    }
  }

  private final class SessionListener implements SchedulerConnection.Listener {
    @Override
    public void onOpened(SchedulerSession session) {
      poller.begin();
    }

    @Override
    public void onMoved() {}

    @Override
    public void onServedAgain() {
      poller.retryNow();
    }

    @Override
    public void onDrainRequested() {}

    @Override
    public void onGone(SchedulerSession session) {
      attempts.markSessionLost(session.id());
    }

    @Override
    public void onLateHandshake(Optional<SchedulerSession> unused) {}
  }
}
