package dev.orrery.scheduler.dispatch;

import static dev.orrery.scheduler.dispatch.Fixtures.CAPACITY;
import static dev.orrery.scheduler.dispatch.Fixtures.SKILLS;
import static dev.orrery.scheduler.dispatch.Fixtures.assignment;
import static dev.orrery.scheduler.dispatch.Fixtures.ref;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.protocol.message.PollRequest;
import dev.orrery.protocol.message.PollResponse;
import dev.orrery.scheduler.commit.ManualExecutor;
import dev.orrery.scheduler.database.DatabaseFailures;
import dev.orrery.scheduler.hint.Hint;
import dev.orrery.scheduler.hint.HintBus;
import dev.orrery.scheduler.problem.Failed;
import dev.orrery.scheduler.security.Caller;
import dev.orrery.scheduler.time.SettableTicker;
import dev.orrery.scheduler.worker.LiveSessions;
import dev.orrery.scheduler.worker.NotedRenewals;
import dev.orrery.scheduler.worker.NotedRenewals.Seen;
import dev.orrery.scheduler.worker.Session;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Given this poll or hint, these calls. */
class PollServiceTest {
  private static final long WAIT_MILLIS = 60_000;

  private final Session session = LiveSessions.session(SKILLS, CAPACITY, new SettableTicker());
  private final NotedRenewals renewals = new NotedRenewals();
  private final NotedDispatcher dispatcher = new NotedDispatcher();
  private final FakeClaimStore store = new FakeClaimStore();
  private final List<AttemptRef> endedUnheard = new ArrayList<>();
  private final List<UUID> unheard = new ArrayList<>();
  private final ManualExecutor executor = new ManualExecutor();
  private final HintBus hints = new HintBus();
  private final List<Runnable> whenGone = new ArrayList<>();
  private final PollService polls =
      new PollService(
          LiveSessions.only(session),
          renewals,
          dispatcher,
          store,
          new FakeAssignmentFactory(),
          new UndeliveredAttempts(null, null, null) {
            @Override
            void end(UUID of, Collection<AttemptRef> canceled, Collection<AttemptRef> held) {
              endedUnheard.addAll(canceled);
            }
          },
          new UndeliveredStore(null) {
            @Override
            List<UUID> unheard(
                Map<UUID, ? extends Collection<AttemptRef>> named, Duration hearing) {
              return unheard.stream().filter(named::containsKey).toList();
            }
          },
          executor,
          () -> Duration.ofMillis(WAIT_MILLIS),
          hints);

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

  /** A poll that waits, and about whose session there is no doubt. */
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
  void pollShowsThatItsSessionLives() {
    assertThat(poll(1, 5, ref(1))).isNotDone();

    assertThat(renewals.seen()).containsExactly(new Seen(session.id(), List.of(ref(1)), false));
  }

  @Test
  void pollThatSaysThatItsWorkerDrainsPassesItOn() {
    PollRequest draining =
        new PollRequest(session.id().toString(), 1, 0, List.of(), WAIT_MILLIS, true);

    assertThat(poll(draining)).isNotDone();

    assertThat(renewals.seen()).containsExactly(new Seen(session.id(), List.of(), true));
  }

  @Test
  void pollOfASessionThatIsGoneIsRefused() {
    Failed.with(ErrorCode.SESSION_GONE, poll(request("another", 1, 5, WAIT_MILLIS)));
    assertThat(renewals.seen()).isEmpty();
  }

  @Test
  void firstPollWaitsForWorkOnceTheDatabaseWasAskedWhatItsSessionHolds() {
    CompletableFuture<PollResponse> parked = poll(1, 5);
    assertThat(dispatcher.wanting()).isEmpty();

    executor.runAll();

    assertThat(parked).isNotDone();
    assertThat(dispatcher.wanting()).hasSize(1);
  }

  @Test
  void pollWithoutDoubtWantsWorkAtOnce() {
    park(1);

    assertThat(poll(2, 5)).isNotDone();

    assertThat(executor.waiting()).isZero();
    assertThat(dispatcher.wanting()).hasSize(2);
  }

  @Test
  void pollWithoutRoomWantsNoWork() {
    park(1);

    assertThat(poll(2, 0)).isNotDone();

    assertThat(dispatcher.wanting()).hasSize(1);
  }

  @Test
  void whatThePollDoesNotNameIsGivenAgain() {
    store.holds(1, 2);

    CompletableFuture<PollResponse> answer = poll(1, 5, ref(1));
    executor.runAll();

    assertThat(given(answer).attempts()).containsExactly(assignment(2));
  }

  @Test
  void whatWasCanceledBeforeTheWorkerHeardOfItIsEnded() {
    store.holdsCanceled(ref(3));

    park(1);

    assertThat(endedUnheard).containsExactly(ref(3));
  }

  @Test
  void pollFailsWhereTheDatabaseDoesNotTellAndTheNextOneAsksAgain() {
    store.failOnce(DatabaseFailures.outage());
    CompletableFuture<PollResponse> failed = poll(1, 5);
    executor.runAll();
    assertThat(failed).isCompletedExceptionally();

    park(2);

    assertThat(dispatcher.wanting()).hasSize(1);
  }

  @Test
  void pollIsAnsweredEmptyWhenItsTimeIsOver() {
    CompletableFuture<PollResponse> answer = poll(request(session.id().toString(), 1, 5, 1));

    assertThat(answer)
        .succeedsWithin(Duration.ofSeconds(10))
        .satisfies(PollServiceTest::saysNothing);
  }

  @Test
  void pollWhoseCallerHasGoneIsGivenNothing() {
    CompletableFuture<PollResponse> parked = parked(1);

    whenGone.forEach(Runnable::run);

    assertThat(given(parked)).satisfies(PollServiceTest::saysNothing);
  }

  @Test
  void cancelAnswersTheParkedPoll() {
    CompletableFuture<PollResponse> parked = parked(1, ref(1));

    hints.give(new Hint.CancelRequested(session.id(), ref(1)));

    assertThat(given(parked).cancels()).containsExactly(ref(1));
  }

  @Test
  void cancelOfAnotherSessionIsNotSaid() {
    CompletableFuture<PollResponse> parked = parked(1, ref(1));

    hints.give(new Hint.CancelRequested(UUID.randomUUID(), ref(1)));

    assertThat(parked).isNotDone();
  }

  @Test
  void endOfTheSessionFailsTheParkedPoll() {
    CompletableFuture<PollResponse> parked = parked(1);
    hints.give(new Hint.SessionEnded(UUID.randomUUID()));
    assertThat(parked).isNotDone();

    hints.give(new Hint.SessionEnded(session.id()));

    Failed.with(ErrorCode.SESSION_GONE, parked);
  }

  @Test
  void pollIsAskedAgainWhereItsSessionHasWhatItDoesNotName() {
    CompletableFuture<PollResponse> parked = parked(1);
    unheard.add(session.id());

    polls.bringUnheard();

    assertThat(given(parked)).satisfies(PollServiceTest::saysNothing);
    store.holds(4);
    CompletableFuture<PollResponse> next = poll(2, 5);
    executor.runAll();
    assertThat(given(next).attempts()).containsExactly(assignment(4));
  }

  @Test
  void reportedAttemptIsNotGivenAgain() {
    park(1, ref(1));
    hints.give(new Hint.CancelRequested(session.id(), ref(1)));
    hints.give(new Hint.CancelRequested(session.id(), ref(2)));

    polls.reported(session.id(), List.of(ref(2)));

    assertThat(poll(2, 5, ref(2))).isNotDone();
  }

  @Test
  void stopEndsParkedPollsAndTakesNoMore() {
    CompletableFuture<PollResponse> parked = parked(1);

    polls.stop();

    Failed.with(ErrorCode.UNAVAILABLE, parked);
    Failed.with(ErrorCode.UNAVAILABLE, poll(2, 5));
  }

  /** The answer at once: every poll is answered, empty, when its time is over. */
  private static PollResponse given(CompletableFuture<PollResponse> answer) {
    assertThat(answer).as("the answer, long before the time of the poll is over").isCompleted();
    return answer.join();
  }

  private static void saysNothing(PollResponse answer) {
    assertThat(answer.attempts()).isEmpty();
    assertThat(answer.cancels()).isEmpty();
  }
}
