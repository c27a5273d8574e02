package dev.orrery.scheduler.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.message.Assignment;
import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.protocol.message.PollResponse;
import dev.orrery.scheduler.database.EngineDatabase;
import dev.orrery.scheduler.database.SqlStatement;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestClient;
import dev.orrery.scheduler.testkit.TestWorker;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * An attempt that another replica claimed for a session, and could not tell the worker of: its
 * claim came through after the worker had moved to this replica.
 */
@QuarkusTest
class UndeliveredAttemptTest {
  private static final Duration OLD = Duration.ofMinutes(1);

  private static final String CLAIM_ELSEWHERE =
      """
      update instance set state = 3, attempt = 1, session_id = ?,
        started_at = statement_timestamp() - ? * interval '1 millisecond'
      where id = ? and state = 1
      """;

  @Inject EngineDatabase database;
  @Inject PollService polls;

  private TestApp app;
  private TestWorker worker;

  @BeforeEach
  void createApp() {
    app = TestApp.create().withJob("job");
    worker = app.worker();
  }

  @Test
  void isBroughtByTheNextPollWhichIsAskedForAtOnce() throws Exception {
    CompletableFuture<PollResponse> parked = parkedPoll(worker);
    AttemptRef unheard = claimedElsewhere(OLD);

    polls.bringUnheard();

    assertThat(parked.get(5, TimeUnit.SECONDS).attempts()).isEmpty();
    Assignment brought = worker.take();
    assertThat(brought.ref()).isEqualTo(unheard);
    worker.succeed(brought);
  }

  @Test
  void whatTheWorkerNamesIsNotBrought() throws Exception {
    AttemptRef known = claimedElsewhere(OLD);
    CompletableFuture<PollResponse> parked = parkedPoll(worker, known);

    polls.bringUnheard();

    assertAnsweredFirstByTheCancelOf(known, parked);
  }

  @Test
  void workerMayNotHaveHeardYetOfWhatWasClaimedLately() throws Exception {
    CompletableFuture<PollResponse> parked = parkedPoll(worker);
    AttemptRef lately = claimedElsewhere(Duration.ZERO);

    polls.bringUnheard();

    assertAnsweredFirstByTheCancelOf(lately, parked);
  }

  @Test
  void whatAnotherWorkerNamesIsBroughtAllTheSame() throws Exception {
    CompletableFuture<PollResponse> parked = parkedPoll(worker);
    AttemptRef unheard = claimedElsewhere(OLD);
    TestWorker other = app.worker();
    AttemptRef others = claimedElsewhere(OLD, other);
    CompletableFuture<PollResponse> parkedOfOther = parkedPoll(other, unheard, others);

    polls.bringUnheard();

    assertThat(parked.get(5, TimeUnit.SECONDS).attempts()).isEmpty();
    assertAnsweredFirstByTheCancelOf(others, parkedOfOther);
  }

  @Test
  void pollThatComesBackFromAnotherReplicaIsGivenItAtOnce() {
    worker.poll(0);
    AttemptRef unheard = claimedElsewhere(Duration.ZERO);

    long afterOneElsewhere = worker.sequence() + 2;
    PollResponse answer = TestClient.answerOf(worker.poll(afterOneElsewhere, 1, TestWorker.LONG));

    assertThat(answer.attempts()).extracting(Assignment::ref).containsExactly(unheard);
  }

  /** A poll that has come in: the one before it is answered when it does. */
  private static CompletableFuture<PollResponse> parkedPoll(TestWorker worker, AttemptRef... held)
      throws Exception {
    worker.poll(0, held);
    CompletableFuture<PollResponse> before = worker.park(0, held);
    CompletableFuture<PollResponse> parked = worker.park(0, held);
    before.get(5, TimeUnit.SECONDS);
    return parked;
  }

  /** An answer takes its way, so that a poll is not answered yet does not prove that none comes. */
  private void assertAnsweredFirstByTheCancelOf(
      AttemptRef attempt, CompletableFuture<PollResponse> parked) throws Exception {
    app.cancel(Long.toString(attempt.instance()));

    assertThat(parked.get(5, TimeUnit.SECONDS).cancels())
        .as("what the parked poll is answered with first")
        .containsExactly(attempt);
  }

  private AttemptRef claimedElsewhere(Duration ago) {
    return claimedElsewhere(ago, worker);
  }

  private AttemptRef claimedElsewhere(Duration ago, TestWorker holder) {
    long id = Long.parseLong(app.run("job"));
    int claimed =
        database.autocommit(
            connection ->
                SqlStatement.of(connection, CLAIM_ELSEWHERE)
                    .with(UUID.fromString(holder.session()))
                    .with(ago.toMillis())
                    .with(id)
                    .update());
    assertThat(claimed).isEqualTo(1);
    return new AttemptRef(id, 1);
  }
}
