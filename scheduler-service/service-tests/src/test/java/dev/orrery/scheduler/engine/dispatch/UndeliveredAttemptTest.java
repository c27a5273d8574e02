package dev.orrery.scheduler.engine.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.message.Assignment;
import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.protocol.message.PollResponse;
import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.SqlStatement;
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
 * An attempt that another replica claimed for a session and could not send: its claim was committed
 * after the worker had moved to this replica.
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
  void sendsUndeliveredAttemptInImmediateNextPoll() throws Exception {
    CompletableFuture<PollResponse> parked = parkedPoll(worker);
    AttemptRef undelivered = claimedElsewhere(OLD);

    polls.redeliver();

    assertThat(parked.get(5, TimeUnit.SECONDS).attempts()).isEmpty();
    Assignment sent = worker.take();
    assertThat(sent.ref()).isEqualTo(undelivered);
    worker.succeed(sent);
  }

  @Test
  void skipsAttemptReportedAsHeldByWorker() throws Exception {
    AttemptRef known = claimedElsewhere(OLD);
    CompletableFuture<PollResponse> parked = parkedPoll(worker, known);

    polls.redeliver();

    assertAnsweredFirstByTheCancelOf(known, parked);
  }

  @Test
  void sendsUndeliveredAttemptToPollReturningFromAnotherReplica() {
    worker.poll(0);
    AttemptRef undelivered = claimedElsewhere(Duration.ZERO);

    long afterOneElsewhere = worker.sequence() + 2;
    PollResponse answer = TestClient.answerOf(worker.poll(afterOneElsewhere, 1, TestWorker.LONG));

    assertThat(answer.attempts()).extracting(Assignment::ref).containsExactly(undelivered);
  }

  /** Returns a poll that is parked: the one before it is answered when it arrives. */
  private static CompletableFuture<PollResponse> parkedPoll(TestWorker worker, AttemptRef... held)
      throws Exception {
    worker.poll(0, held);
    CompletableFuture<PollResponse> before = worker.park(0, held);
    CompletableFuture<PollResponse> parked = worker.park(0, held);
    before.get(5, TimeUnit.SECONDS);
    return parked;
  }

  /** An open poll alone does not prove that no answer is on its way. */
  private void assertAnsweredFirstByTheCancelOf(
      AttemptRef attempt, CompletableFuture<PollResponse> parked) throws Exception {
    app.cancel(Long.toString(attempt.instance()));

    assertThat(parked.get(5, TimeUnit.SECONDS).cancels())
        .as("cancels in the first answer to the parked poll")
        .containsExactly(attempt);
  }

  private AttemptRef claimedElsewhere(Duration ago) {
    long id = Long.parseLong(app.run("job"));
    int claimed =
        database.autocommit(
            connection ->
                SqlStatement.of(connection, CLAIM_ELSEWHERE)
                    .with(UUID.fromString(worker.session()))
                    .with(ago.toMillis())
                    .with(id)
                    .update());
    assertThat(claimed).isEqualTo(1);
    return new AttemptRef(id, 1);
  }
}
