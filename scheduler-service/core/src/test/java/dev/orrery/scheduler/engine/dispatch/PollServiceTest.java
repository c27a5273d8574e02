package dev.orrery.scheduler.engine.dispatch;

import static dev.orrery.scheduler.engine.dispatch.Fixtures.CAPABILITIES;
import static dev.orrery.scheduler.engine.dispatch.Fixtures.CAPACITY;
import static dev.orrery.scheduler.engine.dispatch.Fixtures.assignment;
import static dev.orrery.scheduler.engine.dispatch.Fixtures.ref;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.protocol.message.PollRequest;
import dev.orrery.protocol.message.PollResponse;
import dev.orrery.scheduler.base.hint.Hint;
import dev.orrery.scheduler.base.hint.HintBus;
import dev.orrery.scheduler.base.problem.Failed;
import dev.orrery.scheduler.base.quota.QuotaMetrics;
import dev.orrery.scheduler.base.time.SettableTicker;
import dev.orrery.scheduler.base.time.Ticker;
import dev.orrery.scheduler.engine.worker.LiveSessions;
import dev.orrery.scheduler.engine.worker.RecordingRenewalService;
import dev.orrery.scheduler.engine.worker.RecordingRenewalService.Seen;
import dev.orrery.scheduler.engine.worker.Session;
import dev.orrery.scheduler.http.security.Caller;
import dev.orrery.scheduler.http.security.TestWatches;
import dev.orrery.scheduler.model.commit.ManualExecutor;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Calls that polls and hints cause. */
class PollServiceTest {
  private static final long WAIT_MILLIS = 60_000;

  private final Session session =
      LiveSessions.session(CAPABILITIES, CAPACITY, new SettableTicker());
  private final RecordingRenewalService renewals = new RecordingRenewalService();
  private final RecordingDispatcher dispatcher = new RecordingDispatcher();
  private final FakeClaimStore store = new FakeClaimStore();
  private final List<UUID> undelivered = new ArrayList<>();
  private final ManualExecutor executor = new ManualExecutor();
  private final HintBus hints = new HintBus();
  private final List<Runnable> whenGone = new ArrayList<>();
  private final PollService polls =
      new PollService(
          LiveSessions.only(session),
          renewals,
          dispatcher,
          new RedeliveryService(
              store,
              new FakeAssignmentFactory(),
              new UnreadableAttemptService(null, null, null),
              new UndeliveredAttempts(null, null, null) {
                @Override
                void end(UUID of, Collection<AttemptRef> canceled, Collection<AttemptRef> held) {}
              },
              new UndeliveredStore(null) {
                @Override
                List<UUID> sessionsWithUndelivered(
                    Map<UUID, ? extends Collection<AttemptRef>> named, Duration deliveryTime) {
                  return undelivered.stream().filter(named::containsKey).toList();
                }
              },
              executor,
              Ticker.SYSTEM),
          TestWatches.ofUnrevocable(),
          () -> Duration.ofMillis(WAIT_MILLIS),
          hints,
          new QuotaMetrics(new SimpleMeterRegistry()));

  @AfterEach
  void stop() {
    polls.stop();
  }

  private CompletableFuture<PollResponse> poll(long sequence, int free, AttemptRef... held) {
    return poll(request(session.id().toString(), sequence, free, WAIT_MILLIS, held));
  }

  private CompletableFuture<PollResponse> poll(PollRequest request) {
    return polls.poll(Caller.ADMIN, request, Protocol.HTTP, whenGone::add);
  }

  private static PollRequest request(
      String session, long sequence, int free, long waitMillis, AttemptRef... held) {
    return new PollRequest(session, sequence, free, List.of(held), waitMillis, false);
  }

  /** Parks a poll and verifies its session. */
  private CompletableFuture<PollResponse> parked(long sequence, AttemptRef... held) {
    CompletableFuture<PollResponse> parked = poll(sequence, 5, held);
    executor.runAll();
    assertThat(parked).isNotDone();
    return parked;
  }

  private void park(long sequence, AttemptRef... held) {
    assertThat(parked(sequence, held)).isNotDone();
  }

  @Test
  void renewsSessionOnPoll() {
    assertThat(poll(1, 5, ref(1))).isNotDone();

    assertThat(renewals.seen()).containsExactly(new Seen(session.id(), List.of(ref(1)), false));
  }

  @Test
  void passesDrainingFlagToRenewal() {
    PollRequest draining =
        new PollRequest(session.id().toString(), 1, 0, List.of(), WAIT_MILLIS, true);

    assertThat(poll(draining)).isNotDone();

    assertThat(renewals.seen()).containsExactly(new Seen(session.id(), List.of(), true));
  }

  @Test
  void refusesPollOfUnknownSession() {
    Failed.with(ErrorCode.SESSION_GONE, poll(request("another", 1, 5, WAIT_MILLIS)));
    assertThat(renewals.seen()).isEmpty();
  }

  @Test
  void requestsWorkForFirstPollOnlyAfterSessionRead() {
    CompletableFuture<PollResponse> parked = poll(1, 5);
    assertThat(dispatcher.requests()).isEmpty();

    executor.runAll();

    assertThat(parked).isNotDone();
    assertThat(dispatcher.requests()).hasSize(1);
  }

  @Test
  void requestsWorkForSecondPollWithoutDatabaseRead() {
    park(1);

    assertThat(poll(2, 5)).isNotDone();

    assertThat(executor.waiting()).isZero();
    assertThat(dispatcher.requests()).hasSize(2);
  }

  @Test
  void requestsNoWorkForPollWithoutFreeSlots() {
    park(1);

    assertThat(poll(2, 0)).isNotDone();

    assertThat(dispatcher.requests()).hasSize(1);
  }

  @Test
  void resendsAttemptsNotReportedAsHeld() {
    store.holds(1, 2);

    CompletableFuture<PollResponse> answer = poll(1, 5, ref(1));
    executor.runAll();

    assertThat(answer(answer).attempts()).containsExactly(assignment(2));
  }

  @Test
  void answersPollWithEmptyResponseAfterTimeout() {
    CompletableFuture<PollResponse> answer = poll(request(session.id().toString(), 1, 5, 1));

    assertThat(answer).succeedsWithin(Duration.ofSeconds(10)).satisfies(PollServiceTest::isEmpty);
  }

  @ParameterizedTest
  @CsvSource({
    "-1, 60000",
    "0, 60000",
    "1, 1",
    "60001, 60001",
    "120000, 120000",
    "120001, 120000",
  })
  void clampsRequestedPollWaitTime(long asked, long waits) {
    assertThat(polls.waitMillis(request(session.id().toString(), 1, 5, asked))).isEqualTo(waits);
  }

  @Test
  void answersPollWithEmptyResponseWhenConnectionCloses() {
    CompletableFuture<PollResponse> parked = parked(1);

    whenGone.forEach(Runnable::run);

    assertThat(answer(parked)).satisfies(PollServiceTest::isEmpty);
  }

  @Test
  void answersParkedPollWithCancel() {
    CompletableFuture<PollResponse> parked = parked(1, ref(1));

    hints.publish(new Hint.CancelRequested(session.id(), ref(1)));

    assertThat(answer(parked).cancels()).containsExactly(ref(1));
  }

  @Test
  void ignoresCancelForAnotherSession() {
    CompletableFuture<PollResponse> parked = parked(1, ref(1));

    hints.publish(new Hint.CancelRequested(UUID.randomUUID(), ref(1)));

    assertThat(parked).isNotDone();
  }

  @Test
  void failsParkedPollOnSessionEnd() {
    CompletableFuture<PollResponse> parked = parked(1);
    hints.publish(new Hint.SessionEnded(UUID.randomUUID()));
    assertThat(parked).isNotDone();

    hints.publish(new Hint.SessionEnded(session.id()));

    Failed.with(ErrorCode.SESSION_GONE, parked);
  }

  @Test
  void answersParkedPollWithEmptyResponseWhenAttemptIsUndelivered() {
    CompletableFuture<PollResponse> parked = parked(1);
    undelivered.add(session.id());

    polls.redeliver();

    assertThat(answer(parked)).satisfies(PollServiceTest::isEmpty);
    store.holds(4);
    CompletableFuture<PollResponse> next = poll(2, 5);
    executor.runAll();
    assertThat(answer(next).attempts()).containsExactly(assignment(4));
  }

  @Test
  void dropsCancelOfReportedAttempt() {
    park(1, ref(1));
    hints.publish(new Hint.CancelRequested(session.id(), ref(1)));
    hints.publish(new Hint.CancelRequested(session.id(), ref(2)));

    polls.reported(session.id(), List.of(ref(2)));

    assertThat(poll(2, 5, ref(2))).isNotDone();
  }

  /** A parked poll keeps the names of the attempts that its worker says it holds. */
  @Test
  void refusesPollExceedingHeldAttemptsLimitUntilParkedPollEnds() {
    int all = (int) (PollService.MAX_HELD_BYTES_PER_APP / 32);
    AttemptRef[] most =
        LongStream.range(0, all).mapToObj(n -> new AttemptRef(n, 1)).toArray(AttemptRef[]::new);
    CompletableFuture<PollResponse> parked = poll(1, 0, most);
    assertThat(parked).isNotDone();

    Failed.with(ErrorCode.OVERLOADED, poll(2, 0, ref(1)));
    assertThat(parked).isNotDone();
    whenGone.forEach(Runnable::run);

    assertThat(parked).isDone();
    assertThat(poll(2, 0, ref(1))).isNotDone();
  }

  @Test
  void failsParkedAndLaterPollsOnStop() {
    CompletableFuture<PollResponse> parked = parked(1);

    polls.stop();

    Failed.with(ErrorCode.UNAVAILABLE, parked);
    Failed.with(ErrorCode.UNAVAILABLE, poll(2, 5));
  }

  /** Returns the answer, which must be complete: every poll is answered empty in the end. */
  private static PollResponse answer(CompletableFuture<PollResponse> answer) {
    assertThat(answer).as("the answer, long before the time-out of the poll").isCompleted();
    return answer.join();
  }

  private static void isEmpty(PollResponse answer) {
    assertThat(answer.attempts()).isEmpty();
    assertThat(answer.cancels()).isEmpty();
  }
}
