package dev.orrery.scheduler.model.instance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.StoreServiceTest;
import dev.orrery.scheduler.base.database.StoredJob;
import dev.orrery.scheduler.base.hint.HintBus;
import dev.orrery.scheduler.engine.completion.AttemptCompletionService;
import dev.orrery.scheduler.engine.fire.AttemptTimeoutService;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Checks which attempts {@link AttemptTimeoutService} ends, and in which order. */
@QuarkusTest
class OverdueAttemptsTest extends StoreServiceTest {
  private static final int AT_ONCE = 500;
  private static final String PAST = "deadline_at = now() - interval '1 second'";

  @Inject AttemptCompletionService completion;
  private StoredJob job;
  private UUID session;

  @BeforeEach
  void createRows() {
    job = database.job();
    session = database.session(job);
  }

  @Test
  void endsOnlyRunningAttemptsBeyondDeadline() {
    job.running(1, session, PAST);
    job.running(2, session, "deadline_at = now() + interval '1 minute'");
    job.running(3, session);

    assertThat(endOverdue()).isOne();

    assertThat(database.numbers("select id from instance_history where state = 12"))
        .containsExactly(1L);
    assertThat(database.instancesIn(3)).containsExactly(2L, 3L);
  }

  /** Ids run against the deadlines, so that an order by id takes others. */
  @Test
  void endsEarliestDeadlinesFirstBeyondBatchSize() {
    database.update(
        """
        insert into instance (id, job_id, job_version_id, lane_id, state, priority, due_at, attempt,
          session_id, started_at, deadline_at)
        select n, ?, ?, ?, 3, 5, now(), 1, ?, now() - interval '1 hour',
          now() - n * interval '1 second'
        from generate_series(1, ?) n
        """,
        job.id(),
        job.version(),
        job.lane(),
        session,
        AT_ONCE + 3);

    assertThat(endOverdue()).isEqualTo(AT_ONCE);
    assertThat(database.instancesIn(3))
        .as("attempts with the latest deadlines")
        .containsExactly(1L, 2L, 3L);
    assertThat(endOverdue()).isEqualTo(3);
  }

  @Test
  void endsAttemptExactlyAtDeadline() {
    Instant noon = Instant.parse("2026-03-01T12:00:00Z");
    job.running(1, session, "deadline_at = '2026-03-01T12:00:00Z'");

    assertThat(endOverdue(database.hotAt(noon.minusMillis(1)))).isZero();
    assertThat(endOverdue(database.hotAt(noon))).isOne();
  }

  private int endOverdue() {
    return endOverdue(database.hot());
  }

  private int endOverdue(EngineDatabase client) {
    return new AttemptTimeoutService(client, completion, new HintBus()).endOverdue();
  }
}
