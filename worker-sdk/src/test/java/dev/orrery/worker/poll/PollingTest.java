package dev.orrery.worker.poll;

import static dev.orrery.worker.session.OpenConnection.LEASE;
import static dev.orrery.worker.session.OpenConnection.POLL_WAIT;
import static dev.orrery.worker.session.OpenConnection.agree;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.ProcessorSpec;
import dev.orrery.protocol.Verb;
import dev.orrery.protocol.message.Assignment;
import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.protocol.message.PollAnswer;
import dev.orrery.protocol.message.PollRequest;
import dev.orrery.protocol.message.Problem;
import dev.orrery.protocol.message.Report;
import dev.orrery.worker.StopCause;
import dev.orrery.worker.WorkerCounters;
import dev.orrery.worker.WorkerStatus.Phase;
import dev.orrery.worker.attempt.Attempts;
import dev.orrery.worker.attempt.Gate;
import dev.orrery.worker.attempt.Held;
import dev.orrery.worker.core.Backoff;
import dev.orrery.worker.core.ManualCore;
import dev.orrery.worker.session.Connection;
import dev.orrery.worker.session.OpenConnection;
import dev.orrery.worker.session.Session;
import dev.orrery.worker.wire.FakeWire;
import dev.orrery.worker.wire.FakeWire.Asked;
import dev.orrery.worker.wire.WireException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PollingTest {
  private static final int CAPACITY = 4;
  private static final Duration GATHER = Duration.ofMillis(5);
  private static final Duration LAST_ANSWERS = Duration.ofSeconds(2);
  private static final Duration FIRST_RETRY = Duration.ofMillis(100);

  private final ManualCore core = new ManualCore();
  private final FakeWire wire = new FakeWire(core);
  private final Gate gate = new Gate();
  private final WorkerCounters counters = new WorkerCounters();
  private final Attempts attempts =
      new Attempts(core, Map.of("noop", gate), CAPACITY, Duration.ofSeconds(10), counters);
  private final List<Held> ended = new ArrayList<>();
  private final AtomicInteger drains = new AtomicInteger();
  private final Runnable drained = drains::incrementAndGet;
  private final Connection connection = OpenConnection.of(core, wire, new SessionListener());
  private final Polling polling =
      new Polling(
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
    Asked<PollRequest, PollAnswer> poll = wire.take(Verb.POLL);

    assertThat(poll.request())
        .isEqualTo(new PollRequest("s-1", 1, CAPACITY, List.of(), POLL_WAIT.toMillis(), false));
    assertThat(poll.longest()).isGreaterThan(POLL_WAIT);
    assertThat(wire.isAsked(Verb.POLL)).isFalse();
  }

  @Test
  void answerShowsThatTheSchedulerWorksAgain() {
    connection.failed(connection.session(), WireException.unreachable("on purpose", null));
    assertThat(connection.status().phase()).isEqualTo(Phase.UNREACHABLE);

    answer(wire.take(Verb.POLL), 1);

    assertThat(connection.status().phase()).isEqualTo(Phase.AGREED);
    assertThat(connection.status().problem()).isEmpty();
  }

  @Test
  void answerIsFollowedByAPollThatNamesWhatIsHeld() {
    answer(wire.take(Verb.POLL), 1, 2);

    PollRequest next = wire.take(Verb.POLL).request();
    assertThat(next.sequence()).isEqualTo(2);
    assertThat(next.free()).isEqualTo(2);
    assertThat(next.held()).containsExactly(new AttemptRef(1, 1), new AttemptRef(2, 1));
  }

  @Test
  void fullWorkerPollsTooSoThatCancelsReachIt() {
    answer(wire.take(Verb.POLL), 1, 2, 3, 4);
    core.runUntil(() -> gate.hasStarted(1));

    Asked<PollRequest, PollAnswer> parked = wire.take(Verb.POLL);
    assertThat(parked.request().free()).isZero();
    parked.answer(
        new PollAnswer(List.of(), List.of(new AttemptRef(1, 1)), LEASE.toMillis(), false));

    assertThat(gate.context(1).stopCause()).contains(StopCause.CANCELED);
  }

  @Test
  void attemptThatIsGivenAndCanceledInOneAnswerIsStopped() {
    wire.take(Verb.POLL)
        .answer(
            new PollAnswer(
                List.of(assignment(1)), List.of(new AttemptRef(1, 1)), LEASE.toMillis(), false));

    core.runUntil(() -> !ended.isEmpty());

    assertThat(ended.get(0).outcome().outcome()).isEqualTo(Report.Outcome.CANCELED);
  }

  @Test
  void roomForHalfTheCapacityAtOnceSupersedesThePollThatAskedForNothing() {
    answer(wire.take(Verb.POLL), 1, 2, 3, 4);
    Asked<PollRequest, PollAnswer> parked = wire.take(Verb.POLL);
    end(1);
    assertThat(wire.isAsked(Verb.POLL)).isFalse();
    end(2);

    Asked<PollRequest, PollAnswer> newer = wire.take(Verb.POLL);
    assertThat(newer.request().sequence()).isEqualTo(3);
    assertThat(newer.request().free()).isEqualTo(2);
    answer(parked);
    assertThat(wire.isAsked(Verb.POLL)).isFalse();
  }

  @Test
  void littleRoomWaitsAMomentToBecomeMore() {
    answer(wire.take(Verb.POLL), 1, 2, 3, 4);
    wire.take(Verb.POLL);
    end(1);

    core.pass(GATHER.minusNanos(1));
    assertThat(wire.isAsked(Verb.POLL)).isFalse();
    core.pass(Duration.ofNanos(1));

    assertThat(wire.take(Verb.POLL).request().free()).isEqualTo(1);
    core.pass(GATHER.multipliedBy(10));
    assertThat(wire.isAsked(Verb.POLL)).isFalse();
  }

  @Test
  void roomIsNotAskedForTwiceWhileAPollForWorkIsParked() {
    answer(wire.take(Verb.POLL), 1, 2, 3);
    Asked<PollRequest, PollAnswer> parked = wire.take(Verb.POLL);
    assertThat(parked.request().free()).isEqualTo(1);

    end(1);
    end(2);
    core.pass(GATHER);

    assertThat(wire.isAsked(Verb.POLL)).isFalse();
  }

  @Test
  void lateAnswerOfASupersededPollIsTakenAllTheSame() {
    answer(wire.take(Verb.POLL), 1, 2, 3, 4);
    Asked<PollRequest, PollAnswer> superseded = wire.take(Verb.POLL);
    end(1);
    end(2);
    wire.take(Verb.POLL);

    answer(superseded, 5);

    core.runUntil(() -> gate.hasStarted(5));
  }

  @Test
  void answerRenewsTheLeaseFromWhenItsPollWasSent() {
    Asked<PollRequest, PollAnswer> poll = wire.take(Verb.POLL);
    long sentAt = core.nanos();
    core.pass(Duration.ofSeconds(19));

    poll.answer(new PollAnswer(List.of(), List.of(), 60_000, false));

    assertThat(connection.session().lease().mayStart(sentAt + Duration.ofSeconds(39).toNanos()))
        .isTrue();
    assertThat(connection.session().lease().mayStart(sentAt + Duration.ofSeconds(40).toNanos()))
        .isFalse();
  }

  @Test
  void failedPollIsRepeatedAfterAWhileAndNotBefore() {
    wire.take(Verb.POLL).lose();

    core.pass(FIRST_RETRY.minusMillis(1));
    polling.freed();
    assertThat(wire.isAsked(Verb.POLL)).isFalse();
    core.pass(Duration.ofMillis(1));

    PollRequest second = wire.take(Verb.POLL).request();
    assertThat(second.sequence()).isEqualTo(2);
    assertThat(second.free()).isEqualTo(CAPACITY);
  }

  @Test
  void failuresInARowAreRepeatedLessAndLessOften() {
    wire.take(Verb.POLL).lose();
    core.pass(FIRST_RETRY);
    wire.take(Verb.POLL).refuse(ErrorCode.UNAVAILABLE);

    core.pass(FIRST_RETRY);
    assertThat(wire.isAsked(Verb.POLL)).isFalse();
    core.pass(FIRST_RETRY);

    assertThat(wire.isAsked(Verb.POLL)).isTrue();
  }

  @Test
  void failureOfASupersededPollChangesNothing() {
    answer(wire.take(Verb.POLL), 1, 2, 3, 4);
    Asked<PollRequest, PollAnswer> superseded = wire.take(Verb.POLL);
    end(1);
    end(2);
    wire.take(Verb.POLL);

    superseded.lose();
    core.pass(Duration.ofSeconds(1));

    assertThat(wire.isAsked(Verb.POLL)).isFalse();
    assertThat(connection.status().problem()).isEmpty();
  }

  @Test
  void reportedAttemptIsNamedNoMoreAndRememberedUntilTheNextPollIsAnswered() {
    answer(wire.take(Verb.POLL), 1, 2);
    Asked<PollRequest, PollAnswer> parked = wire.take(Verb.POLL);
    end(1);
    attempts.acknowledged(ended.get(0), polling.nextSequence());

    answer(parked, 1);
    assertThat(counters.started().sum()).isEqualTo(2);
    Asked<PollRequest, PollAnswer> later = wire.take(Verb.POLL);
    assertThat(later.request().held()).containsExactly(new AttemptRef(2, 1));
    answer(later);

    answer(wire.take(Verb.POLL), 1);
    assertThat(counters.started().sum()).isEqualTo(3);
  }

  @Test
  void lateAnswerOfAnOlderPollDoesNotEndTheMemoryOfAReportedAttempt() {
    answer(wire.take(Verb.POLL), 1, 2);
    Asked<PollRequest, PollAnswer> sentBefore = wire.take(Verb.POLL);
    end(1);
    attempts.acknowledged(ended.get(0), polling.nextSequence());
    polling.drain(drained);
    assertThat(wire.take(Verb.POLL).request().sequence()).isEqualTo(3);

    answer(sentBefore, 1);

    assertThat(counters.started().sum()).isEqualTo(2);
  }

  @Test
  void reportedAttemptIsRememberedWhileAPollFromBeforeIsStillUnderWay() {
    answer(wire.take(Verb.POLL), 1, 2, 3, 4);
    Asked<PollRequest, PollAnswer> older = wire.take(Verb.POLL);
    end(1);
    end(2);
    Asked<PollRequest, PollAnswer> newer = wire.take(Verb.POLL);
    attempts.acknowledged(ended.get(0), polling.nextSequence());
    answer(newer);
    Asked<PollRequest, PollAnswer> sentAfter = wire.take(Verb.POLL);
    assertThat(sentAfter.request().held()).doesNotContain(new AttemptRef(1, 1));
    answer(sentAfter);

    answer(older, 1);

    assertThat(counters.started().sum()).isEqualTo(4);
  }

  @Test
  void whatIsGivenAfterTheDrainIsOverIsHandedBackUnstarted() {
    wire.take(Verb.POLL);
    polling.drain(drained);
    Asked<PollRequest, PollAnswer> poll = wire.take(Verb.POLL);
    attempts.stopForDrain();

    answer(poll, 1);

    assertThat(ended).hasSize(1);
    assertThat(ended.get(0).outcome().outcome()).isEqualTo(Report.Outcome.HANDED_BACK);
    assertThat(counters.started().sum()).isZero();
    assertThat(wire.take(Verb.POLL).request().held()).containsExactly(new AttemptRef(1, 1));
  }

  @Test
  void drainAwaitsTheAnswerOfAPollFromBeforeAndWhatItBringsRunsStill() {
    Asked<PollRequest, PollAnswer> sentBefore = wire.take(Verb.POLL);
    polling.drain(drained);
    assertThat(drains).hasValue(0);

    answer(sentBefore, 1);

    assertThat(drains).hasValue(1);
    assertThat(attempts.isEmpty()).isFalse();
    core.runUntil(() -> gate.hasStarted(1));
    answer(wire.take(Verb.POLL));
    core.pass(LAST_ANSWERS);
    assertThat(drains).hasValue(1);
  }

  @Test
  void drainAwaitsNoAnswerThatIsLost() {
    Asked<PollRequest, PollAnswer> lost = wire.take(Verb.POLL);
    polling.drain(drained);

    lost.lose();

    assertThat(drains).hasValue(1);
  }

  @Test
  void drainAwaitsNoAnswerThatTakesTooLong() {
    wire.take(Verb.POLL);
    polling.drain(drained);

    core.pass(LAST_ANSWERS.minusNanos(1));
    assertThat(drains).hasValue(0);
    core.pass(Duration.ofNanos(1));

    assertThat(drains).hasValue(1);
  }

  @Test
  void drainingWorkerSaysSoAndAsksForNothing() {
    wire.take(Verb.POLL);

    polling.drain(drained);

    PollRequest request = wire.take(Verb.POLL).request();
    assertThat(request.draining()).isTrue();
    assertThat(request.free()).isZero();
  }

  @Test
  void workerThatIsToLeaveAsksForNothingMore() {
    answer(wire.take(Verb.POLL), 1, 2, 3, 4);
    wire.take(Verb.POLL).answer(new PollAnswer(List.of(), List.of(), LEASE.toMillis(), true));

    assertThat(connection.isLeaving()).isTrue();
    assertThat(wire.take(Verb.POLL).request().free()).isZero();
    end(1);
    end(2);
    assertThat(wire.isAsked(Verb.POLL)).isFalse();
  }

  @Test
  void sessionThatIsGoneIsFollowedByTheFirstPollOfTheNextOne() {
    wire.take(Verb.POLL).refuse(ErrorCode.SESSION_GONE);
    agree(wire, "s-2");

    PollRequest request = wire.take(Verb.POLL).request();

    assertThat(request.session()).isEqualTo("s-2");
    assertThat(request.sequence()).isEqualTo(2);
    core.pass(Duration.ofSeconds(1));
    assertThat(wire.isAsked(Verb.POLL)).isFalse();
  }

  @Test
  void workOfAnEarlierSessionIsNotTaken() {
    Asked<PollRequest, PollAnswer> old = wire.take(Verb.POLL);
    connection.failed(
        connection.session(),
        WireException.refused(Problem.of(ErrorCode.SESSION_GONE, "gone", null)));
    agree(wire, "s-2");
    wire.take(Verb.POLL);

    answer(old, 1);

    assertThat(attempts.active()).isZero();
    assertThat(wire.isAsked(Verb.POLL)).isFalse();
  }

  private void end(long instance) {
    int before = ended.size();
    gate.open(instance, null);
    core.runUntil(() -> ended.size() > before);
  }

  private static void answer(Asked<PollRequest, PollAnswer> poll, long... instances) {
    List<Assignment> assignments =
        Arrays.stream(instances).mapToObj(PollingTest::assignment).toList();
    poll.answer(new PollAnswer(assignments, List.of(), LEASE.toMillis(), false));
  }

  private static Assignment assignment(long instance) {
    return new Assignment(instance, 1, "j", 1, new ProcessorSpec.Noop(null), Map.of(), null, null);
  }

  private final class AttemptListener implements Attempts.Listener {
    @Override
    public void writes(Held held) {}

    @Override
    public void progressed(Held held) {}

    @Override
    public void ended(Held held) {
      ended.add(held);
    }

    @Override
    public void dropped(Held held) {}

    @Override
    public void freed() {
      polling.freed();
    }
  }

  private final class SessionListener implements Connection.Listener {
    @Override
    public void opened(Session session) {
      polling.begin();
    }

    @Override
    public void leaving() {}

    @Override
    public void gone(Session session) {
      attempts.loseSession(session.id());
    }
  }
}
