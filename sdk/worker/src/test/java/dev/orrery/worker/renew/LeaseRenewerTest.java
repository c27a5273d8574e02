package dev.orrery.worker.renew;

import static dev.orrery.worker.session.OpenConnection.LEASE;
import static dev.orrery.worker.session.OpenConnection.RENEW_EVERY;
import static dev.orrery.worker.session.OpenConnection.agree;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.ProcessorSpec;
import dev.orrery.protocol.WorkerOperation;
import dev.orrery.protocol.message.Assignment;
import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.protocol.message.ProgressUpdate;
import dev.orrery.protocol.message.RenewRequest;
import dev.orrery.protocol.message.RenewResponse;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LeaseRenewerTest {
  private static final Duration PROGRESS_EVERY = Duration.ofSeconds(2);
  private static final Duration LAST_WORDS_EVERY = Duration.ofMillis(200);
  private static final Duration FIRST_RETRY = Duration.ofMillis(100);

  private final ManualEventLoop loop = new ManualEventLoop();
  private final FakeProtocolClient client = new FakeProtocolClient(loop);
  private final Gate gate = new Gate();
  private final ActivityCounters counters = new ActivityCounters();
  private final AttemptRegistry attempts =
      new AttemptRegistry(
          loop,
          Map.of("noop", gate),
          2,
          Duration.ofSeconds(10),
          counters,
          AttemptThreads.platform());
  private final List<HeldAttempt> dropped = new ArrayList<>();
  private final SchedulerConnection connection =
      OpenConnection.of(loop, client, new SessionListener());
  private final LeaseRenewer renewer =
      new LeaseRenewer(
          loop,
          client,
          attempts,
          connection,
          new FailureBackoff(
              new Backoff(FIRST_RETRY.multipliedBy(2), Duration.ofSeconds(5)), () -> 0));

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
  void renewsSessionAtAgreedInterval() {
    client.passInSilence(WorkerOperation.RENEW, RENEW_EVERY);
    answer(client.take(WorkerOperation.RENEW));
    client.passInSilence(WorkerOperation.RENEW, RENEW_EVERY);

    assertThat(client.isAsked(WorkerOperation.RENEW)).isTrue();
  }

  @Test
  void includesAllHeldAttemptsInRenewal() {
    take(1, 2, 3);

    assertThat(renewal().request())
        .isEqualTo(
            new RenewRequest(
                "s-1",
                List.of(new AttemptRef(1, 1), new AttemptRef(2, 1), new AttemptRef(3, 1)),
                false));
  }

  @Test
  void extendsLeaseFromSendTimeOfRenewal() {
    Asked<RenewRequest, RenewResponse> renewal = renewal();
    long sentAt = loop.nanos();
    loop.pass(Duration.ofSeconds(7));

    answer(renewal);

    assertThat(connection.session().lease().mayStart(sentAt + Duration.ofSeconds(20).toNanos() - 1))
        .isTrue();
    assertThat(connection.session().lease().mayStart(sentAt + Duration.ofSeconds(20).toNanos()))
        .isFalse();
  }

  @Test
  void startsBufferedAttemptOnceLeaseIsRenewed() {
    loop.pass(RENEW_EVERY);
    Asked<RenewRequest, RenewResponse> slow = client.take(WorkerOperation.RENEW);
    loop.pass(Duration.ofSeconds(10));
    take(1);
    assertThat(counters.started()).isZero();

    answer(slow);

    assertThat(counters.started()).isEqualTo(1);
  }

  @Test
  void startsNoBufferedAttemptCanceledOrLostByRenewal() {
    loop.pass(RENEW_EVERY);
    Asked<RenewRequest, RenewResponse> slow = client.take(WorkerOperation.RENEW);
    loop.pass(Duration.ofSeconds(10));
    take(1, 2, 3);

    slow.answer(
        new RenewResponse(
            LEASE.toMillis(), List.of(new AttemptRef(1, 1)), List.of(new AttemptRef(2, 1))));

    assertThat(counters.started()).isEqualTo(1);
    loop.runUntil(() -> gate.hasStarted(3));
  }

  @Test
  void stopsCanceledAndLostAttempts() {
    begun(1, 2);

    renewal()
        .answer(
            new RenewResponse(
                LEASE.toMillis(), List.of(new AttemptRef(1, 1)), List.of(new AttemptRef(2, 1))));

    assertThat(gate.context(1).stopCause()).contains(StopCause.CANCELED);
    assertThat(gate.context(2).stopCause()).contains(StopCause.LOST);
    loop.runUntil(() -> dropped.size() == 1);
    assertThat(dropped.get(0).ref()).isEqualTo(new AttemptRef(2, 1));
  }

  @Test
  void retriesFailedRenewalSoonAndKeepsAttemptsRunning() {
    begun(1);

    renewal().lose();
    assertThat(connection.status().phase()).isEqualTo(Phase.UNREACHABLE);
    client.passInSilence(WorkerOperation.RENEW, FIRST_RETRY);
    answer(client.take(WorkerOperation.RENEW));

    assertThat(connection.status().phase()).isEqualTo(Phase.AGREED);
    assertThat(gate.context(1).stopCause()).isEmpty();
  }

  @Test
  void retriesFailedRenewalImmediatelyWhenSchedulerRecovers() {
    renewal().refuse(ErrorCode.UNAVAILABLE);

    connection.onSuccess(connection.session(), loop.nanos());
    loop.pass(Duration.ZERO);

    answer(client.take(WorkerOperation.RENEW));
    loop.pass(FIRST_RETRY);
    assertThat(client.isAsked(WorkerOperation.RENEW)).isFalse();
  }

  @Test
  void keepsRenewalScheduleWhenSchedulerRecovers() {
    connection.onFailure(
        connection.session(), ProtocolClientException.unreachable("on purpose", null));

    connection.onSuccess(connection.session(), loop.nanos());
    loop.pass(FIRST_RETRY);

    assertThat(client.isAsked(WorkerOperation.RENEW)).isFalse();
  }

  @Test
  void resetsBackoffOnSuccessfulRenewal() {
    renewal().lose();
    loop.pass(FIRST_RETRY);
    client.take(WorkerOperation.RENEW).lose();
    loop.pass(FIRST_RETRY.multipliedBy(2));
    answer(client.take(WorkerOperation.RENEW));
    renewal().lose();

    loop.pass(FIRST_RETRY);

    assertThat(client.isAsked(WorkerOperation.RENEW)).isTrue();
  }

  @Test
  void sendsProgressEarlyAfterOutage() {
    begun(1);
    renewal().lose();
    loop.pass(FIRST_RETRY);
    answer(client.take(WorkerOperation.RENEW));
    gate.context(1).progress(40, "copying");

    loop.pass(PROGRESS_EVERY);

    assertThat(client.isAsked(WorkerOperation.RENEW)).isTrue();
  }

  @Test
  void stopsRunningAttemptsWhenSessionIsGone() {
    begun(1);

    renewal().refuse(ErrorCode.SESSION_GONE);

    assertThat(gate.context(1).stopCause()).contains(StopCause.LOST);
    agree(client, "s-2");
    loop.pass(RENEW_EVERY);
    assertThat(client.take(WorkerOperation.RENEW).request().session()).isEqualTo("s-2");
  }

  @Test
  void ignoresLateAnswerForEarlierSession() {
    loop.pass(RENEW_EVERY);
    Asked<RenewRequest, RenewResponse> first = client.take(WorkerOperation.RENEW);
    renewer.drain();
    loop.pass(Duration.ZERO);
    client.take(WorkerOperation.RENEW).refuse(ErrorCode.SESSION_GONE);
    agree(client, "s-2");
    attempts.take("s-2", connection.session().lease(), List.of(assignment(1)));

    first.answer(new RenewResponse(LEASE.toMillis(), List.of(), List.of(new AttemptRef(1, 1))));

    assertThat(counters.lost()).isZero();
    assertThat(client.isAsked(WorkerOperation.RENEW)).isFalse();
  }

  @Test
  void reportsDrainingImmediatelyAndInEveryLaterRenewal() {
    renewer.drain();
    loop.pass(Duration.ZERO);

    Asked<RenewRequest, RenewResponse> renewal = client.take(WorkerOperation.RENEW);
    assertThat(renewal.request().draining()).isTrue();
    answer(renewal);
    assertThat(renewal().request().draining()).isTrue();
  }

  private void begun(long... instances) {
    take(instances);
    loop.runUntil(() -> LongStream.of(instances).allMatch(gate::hasStarted));
  }

  private void beginWithProgress(int percent, String message) {
    begun(1);
    gate.context(1).progress(percent, message);
    loop.pass(Duration.ZERO);
  }

  @Test
  void sendsFirstProgressImmediately() {
    beginWithProgress(40, "copying");

    assertThat(client.take(WorkerOperation.RENEW).request().progress())
        .containsExactly(new ProgressUpdate(1, 1, 40, "copying"));
  }

  @Test
  void sendsOnlyNewestProgressEveryTwoSeconds() {
    begun(1, 2);
    gate.context(1).progress(1, null);
    loop.pass(Duration.ZERO);
    answer(client.take(WorkerOperation.RENEW));
    gate.context(1).progress(2, null);
    gate.context(2).progress(50, "x");
    gate.context(1).progress(3, null);

    client.passInSilence(WorkerOperation.RENEW, PROGRESS_EVERY);

    assertThat(client.take(WorkerOperation.RENEW).request().progress())
        .containsExactly(new ProgressUpdate(1, 1, 3, null), new ProgressUpdate(2, 1, 50, "x"));
  }

  @Test
  void limitsProgressRenewalsToEveryTwoSeconds() {
    begun(1);
    for (int i = 0; i <= 100; i++) {
      gate.context(1).progress(i, null);
      loop.pass(Duration.ofMillis(100));
      while (client.isAsked(WorkerOperation.RENEW)) {
        answer(client.take(WorkerOperation.RENEW));
      }
    }

    assertThat(client.count(WorkerOperation.RENEW)).isEqualTo(6);
  }

  @Test
  void schedulesRegularRenewalAfterEarlyRenewalWithoutRepeatingProgress() {
    beginWithProgress(40, null);
    answer(client.take(WorkerOperation.RENEW));

    client.passInSilence(WorkerOperation.RENEW, RENEW_EVERY);

    assertThat(client.take(WorkerOperation.RENEW).request().progress()).isEmpty();
  }

  @Test
  void delaysProgressUntilPreviousRenewalIsAnswered() {
    beginWithProgress(1, null);
    Asked<RenewRequest, RenewResponse> slow = client.take(WorkerOperation.RENEW);
    gate.context(1).progress(2, null);
    loop.pass(Duration.ofSeconds(5));
    assertThat(client.isAsked(WorkerOperation.RENEW)).isFalse();

    answer(slow);
    loop.pass(Duration.ZERO);

    assertThat(client.take(WorkerOperation.RENEW).request().progress())
        .containsExactly(new ProgressUpdate(1, 1, 2, null));
  }

  @Test
  void resendsProgressOfFailedRenewalOnlyAfterBackoff() {
    beginWithProgress(1, null);
    client.take(WorkerOperation.RENEW).lose();
    gate.context(1).progress(2, null);
    client.passInSilence(WorkerOperation.RENEW, FIRST_RETRY);

    assertThat(client.take(WorkerOperation.RENEW).request().progress())
        .containsExactly(new ProgressUpdate(1, 1, 2, null));
  }

  /** No new progress follows, which alone would trigger a renewal. */
  @Test
  void resendsProgressOfFailedRenewalWithoutNewProgress() {
    begun(1, 2);
    gate.context(1).progress(1, "once");
    gate.context(2).progress(7, null);
    loop.pass(Duration.ZERO);
    client.take(WorkerOperation.RENEW).lose();
    loop.pass(FIRST_RETRY);
    client.take(WorkerOperation.RENEW).lose();
    loop.pass(FIRST_RETRY.multipliedBy(2));

    Asked<RenewRequest, RenewResponse> third = client.take(WorkerOperation.RENEW);
    assertThat(third.request().progress())
        .containsExactly(new ProgressUpdate(1, 1, 1, "once"), new ProgressUpdate(2, 1, 7, null));
    answer(third);
    loop.pass(Duration.ofSeconds(10));

    assertThat(client.take(WorkerOperation.RENEW).request().progress())
        .as("once it has arrived")
        .isEmpty();
  }

  @Test
  void sendsFinalProgressSoonAfterEndOfAttempt() {
    beginWithProgress(99, null);
    answer(client.take(WorkerOperation.RENEW));
    gate.context(1).progress(100, null);
    gate.open(1, "done");
    loop.runUntil(() -> attempts.active() == 0);
    client.passInSilence(WorkerOperation.RENEW, LAST_WORDS_EVERY);

    assertThat(client.take(WorkerOperation.RENEW).request().progress())
        .containsExactly(new ProgressUpdate(1, 1, 100, null));
  }

  @Test
  void sendsFinalProgressAfterPendingRenewalIsAnswered() {
    beginWithProgress(99, null);
    Asked<RenewRequest, RenewResponse> slow = client.take(WorkerOperation.RENEW);
    gate.context(1).progress(100, null);
    gate.open(1, "done");
    loop.runUntil(() -> attempts.active() == 0);
    loop.pass(LAST_WORDS_EVERY);
    assertThat(client.isAsked(WorkerOperation.RENEW)).isFalse();

    answer(slow);
    loop.pass(Duration.ZERO);

    assertThat(client.take(WorkerOperation.RENEW).request().progress())
        .containsExactly(new ProgressUpdate(1, 1, 100, null));
  }

  @Test
  void combinesFinalProgressOfManyShortAttempts() {
    for (int instance = 1; instance <= 100; instance++) {
      begun(instance);
      gate.context(instance).progress(100, null);
      gate.open(instance, "done");
      loop.runUntil(() -> attempts.active() == 0);
      loop.pass(Duration.ofMillis(10));
      while (client.isAsked(WorkerOperation.RENEW)) {
        answer(client.take(WorkerOperation.RENEW));
      }
    }

    // At once, and then every 200 ms of this second.
    assertThat(client.count(WorkerOperation.RENEW)).isEqualTo(6);
  }

  @Test
  void sendsNoRenewalForEndedAttemptWithoutNewProgress() {
    begun(1);
    gate.open(1, "done");
    loop.runUntil(() -> attempts.active() == 0);
    loop.pass(PROGRESS_EVERY);

    assertThat(client.isAsked(WorkerOperation.RENEW)).isFalse();
  }

  @Test
  void omitsProgressOfEarlierSession() {
    begun(1);
    renewal().refuse(ErrorCode.SESSION_GONE);
    gate.context(1).progress(1, null);
    agree(client, "s-2");
    loop.pass(RENEW_EVERY);

    while (client.isAsked(WorkerOperation.RENEW)) {
      assertThat(client.take(WorkerOperation.RENEW).request().progress()).isEmpty();
    }
    assertThat(client.count(WorkerOperation.RENEW)).isGreaterThan(1);
  }

  private Asked<RenewRequest, RenewResponse> renewal() {
    loop.pass(RENEW_EVERY);
    return client.take(WorkerOperation.RENEW);
  }

  private void take(long... instances) {
    List<Assignment> assignments = new ArrayList<>();
    for (long instance : instances) {
      assignments.add(assignment(instance));
    }
    attempts.take(connection.session().id(), connection.session().lease(), assignments);
  }

  private static Assignment assignment(long instance) {
    return new Assignment(instance, 1, "j", 1, new ProcessorSpec.Noop(null), Map.of(), null, null);
  }

  private static void answer(Asked<RenewRequest, RenewResponse> renewal) {
    renewal.answer(new RenewResponse(LEASE.toMillis(), List.of(), List.of()));
  }

  private final class AttemptListener implements AttemptRegistry.Listener {
    @Override
    public void onFirstLine(HeldAttempt held) {}

    @Override
    public void onProgress(HeldAttempt held) {
      renewer.onProgress(held);
    }

    @Override
    public void onEnded(HeldAttempt held) {
      renewer.onEnded(held);
    }

    @Override
    public void onDropped(HeldAttempt held) {
      dropped.add(held);
    }

    @Override
    public void onFreed() {}
  }

  private final class SessionListener implements SchedulerConnection.Listener {
    @Override
    public void onOpened(SchedulerSession session) {
      renewer.begin(session);
    }

    @Override
    public void onMoved() {}

    @Override
    public void onServedAgain() {
      renewer.retryNow();
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
