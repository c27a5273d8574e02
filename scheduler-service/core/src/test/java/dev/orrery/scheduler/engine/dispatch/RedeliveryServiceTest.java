package dev.orrery.scheduler.engine.dispatch;

import static dev.orrery.scheduler.engine.dispatch.Fixtures.assignment;
import static dev.orrery.scheduler.engine.dispatch.Fixtures.ref;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.SessionHandle;
import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.protocol.message.PollRequest;
import dev.orrery.protocol.message.PollResponse;
import dev.orrery.scheduler.base.database.DatabaseFailures;
import dev.orrery.scheduler.base.time.SettableTicker;
import dev.orrery.scheduler.base.time.Ticker;
import dev.orrery.scheduler.engine.worker.LiveSessions;
import dev.orrery.scheduler.engine.worker.Session;
import dev.orrery.scheduler.http.security.TestWatches;
import dev.orrery.scheduler.model.commit.ManualExecutor;
import dev.orrery.scheduler.testkit.CapturedLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class RedeliveryServiceTest {
  private final FakeClaimStore store = new FakeClaimStore();
  private final List<AttemptRef> endedUndelivered = new ArrayList<>();
  private final List<UUID> undelivered = new ArrayList<>();
  private final ManualExecutor executor = new ManualExecutor();
  private final RedeliveryService redelivery =
      new RedeliveryService(
          store,
          new FakeAssignmentFactory(),
          new UnreadableAttemptService(null, null, null),
          new UndeliveredAttempts(null, null, null) {
            @Override
            void end(UUID of, Collection<AttemptRef> canceled, Collection<AttemptRef> held) {
              endedUndelivered.addAll(canceled);
            }
          },
          new UndeliveredStore(null) {
            @Override
            List<UUID> sessionsWithUndelivered(
                Map<UUID, ? extends Collection<AttemptRef>> named, Duration deliveryTime) {
              return undelivered.stream().filter(named::containsKey).toList();
            }
          },
          executor,
          Ticker.SYSTEM);
  private final Session session =
      LiveSessions.session(Fixtures.CAPABILITIES, Fixtures.CAPACITY, new SettableTicker());
  private final List<SessionDelivery> workRequests = new ArrayList<>();
  private final SessionDelivery delivery =
      new SessionDelivery(session, workRequests::add, redelivery::requestRead);

  private CompletableFuture<PollResponse> poll(long sequence, int free, AttemptRef... held) {
    PollRequest request =
        new PollRequest(session.id().toString(), sequence, free, List.of(held), 25_000, false);
    ParkedPoll poll = new ParkedPoll(request, session.capacity(), Protocol.HTTP);
    poll.watchedBy(TestWatches.trusted());
    delivery.accept(poll);
    return poll.answer();
  }

  private CompletableFuture<PollResponse> pollAndRead(long sequence, int free, AttemptRef... held) {
    CompletableFuture<PollResponse> answer = poll(sequence, free, held);
    executor.runAll();
    return answer;
  }

  @Test
  void endsAttemptCanceledBeforeDelivery() {
    store.holdsCanceled(ref(3));

    assertThat(pollAndRead(1, 5)).isNotDone();

    assertThat(endedUndelivered).containsExactly(ref(3));
  }

  @Test
  void discardsReadForSupersededPoll() {
    store.holdsCanceled(ref(3));
    store.duringRead(
        () -> {
          store.holds();
          assertThat(poll(2, 5)).isNotDone();
        });

    assertThat(pollAndRead(1, 5)).isCompleted();

    assertThat(workRequests).as("requests of the newer poll").hasSize(1);
    assertThat(endedUndelivered).isEmpty();
  }

  @Test
  void failsPollOnFailedReadAndReadsForNextPoll() {
    store.failOnce(DatabaseFailures.outage());
    try (CapturedLog log = CapturedLog.of(RedeliveryService.class)) {
      assertThat(pollAndRead(1, 5)).isCompletedExceptionally();
      assertThat(log.lines())
          .singleElement(STRING)
          .contains("session=" + SessionHandle.of(session.id()));
    }

    assertThat(pollAndRead(2, 5)).isNotDone();

    assertThat(workRequests).hasSize(1);
  }

  @Test
  void repeatsReadWhenClaimIsDeliveredDuringRead() {
    store.duringRead(
        () -> {
          store.holds(9);
          delivery.deliver(List.of(assignment(9)), delivery.readEpoch());
        });

    assertThat(pollAndRead(1, 5))
        .isCompletedWithValueMatching(answer -> answer.attempts().equals(List.of(assignment(9))));
  }

  @Test
  void skipsSessionWhosePollStillAwaitsDatabaseRead() {
    undelivered.add(session.id());
    CompletableFuture<PollResponse> unread = poll(1, 5);

    redelivery.redeliver(Map.of(session.id(), delivery));

    assertThat(unread).isNotDone();
  }
}
