package dev.orrery.scheduler.engine.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.scheduler.base.database.StoreTest;
import dev.orrery.scheduler.base.database.StoredJob;
import dev.orrery.scheduler.engine.completion.EndedAttempt;
import dev.orrery.scheduler.engine.report.AttemptSuccessStore.Completed;
import dev.orrery.scheduler.model.instance.AttemptEnd;
import dev.orrery.scheduler.model.instance.Fence;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reports that end an attempt, and repeated ones. */
class AttemptSuccessStoreTest extends StoreTest {
  private StoredJob job;
  private UUID session;
  private UUID other;

  @BeforeEach
  void createRows() {
    job = database.job();
    session = database.session(job);
    other = database.session(job);
  }

  @Test
  void completesOnlyAttemptsRunByReportingSession() {
    job.running(1, session, "attempt = 2");
    job.running(2, session);
    job.running(3, session, "state = 1");
    job.running(4, session, "drives_fixed_delay = true");
    job.running(6, session);
    job.running(7, session);

    Completed completed =
        complete(
            Map.of(
                fence(1, 1, session), "a",
                fence(2, 1, other), "b",
                fence(3, 1, session), "c",
                fence(4, 1, session), "d",
                fence(5, 1, session), "e",
                fence(6, 1, session), "f"));

    assertThat(completed.fences()).containsExactly(fence(6, 1, session));
    assertThat(database.texts("select id || ' ' || state || ' ' || result from instance_history"))
        .containsExactly("6 10 f");
    assertThat(database.numbers("select id from instance order by id"))
        .containsExactly(1L, 2L, 3L, 4L, 7L);
    assertThat(completed.parents()).isEmpty();
  }

  @Test
  void movesEndedPartsToPartHistoryAndReturnsParents() {
    job.running(1, session);
    job.running(2, session, "parent_id = 9", "part = 0");
    job.running(3, session, "parent_id = 9", "part = 1");
    // A node of a flow.
    job.running(4, session, "parent_id = 8");

    Completed completed =
        complete(
            Map.of(
                fence(1, 1, session), "a",
                fence(2, 1, session), "b",
                fence(3, 1, session), "c",
                fence(4, 1, session), "d"));

    assertThat(completed.parts()).isEqualTo(2);
    assertThat(completed.parents()).containsExactlyInAnyOrder(8L, 9L);
    assertThat(
            database.texts(
                "select id || ' ' || parent_id || ' ' || part || ' ' || state || ' ' || result"
                    + " from part_history order by id"))
        .containsExactly("2 9 0 10 b", "3 9 1 10 c");
    assertThat(database.numbers("select id from instance_history order by id"))
        .containsExactly(1L, 4L);
    assertThat(database.numbers("select id from instance")).isEmpty();
  }

  @Test
  void storesResultAndRunTimeOfMatchingReportForEachRun() {
    Map<Fence, String> results = new HashMap<>();
    for (int id = 9; id >= 1; id--) {
      UUID of = id % 2 == 0 ? session : other;
      job.running(id, of, "attempt = " + id);
      results.put(fence(id, id, of), id == 5 ? null : "result " + id);
    }

    assertThat(complete(results).fences()).isEqualTo(results.keySet());

    assertThat(
            database.texts(
                "select id || coalesce(' ' || result, '') from instance_history order by id"))
        .containsExactly(
            "1 result 1",
            "2 result 2",
            "3 result 3",
            "4 result 4",
            "5",
            "6 result 6",
            "7 result 7",
            "8 result 8",
            "9 result 9");
    assertThat(database.numbers("select run_millis / 1000 - id from instance_history"))
        .hasSize(9)
        .containsOnly(0L);
  }

  @Test
  void returnsJobsOfEndedConcurrencyLimitedRuns() {
    StoredJob unlimited = job.sibling("unlimited");
    job.running(1, session, "limited = true");
    unlimited.running(2, session);

    Completed completed = complete(Map.of(fence(1, 1, session), "", fence(2, 1, session), ""));

    assertThat(completed.limitedJobs()).containsExactly(job.id());
  }

  @Test
  void recognizesRepeatedReportThatEndedRun() {
    history(1, 2, session, true);
    history(2, 2, session, false);

    assertThat(
            acceptedBefore(
                fence(1, 2, session),
                fence(1, 1, session),
                fence(1, 2, other),
                fence(2, 2, session),
                fence(3, 2, session)))
        .containsExactly(fence(1, 2, session));
  }

  @Test
  void recognizesRepeatedReportThatEndedEarlierAttempt() {
    attempt(1, 2, session, true);
    attempt(2, 2, session, false);

    assertThat(
            acceptedBefore(
                fence(1, 2, session),
                fence(1, 1, session),
                fence(1, 2, other),
                fence(2, 2, session),
                fence(3, 2, session)))
        .containsExactly(fence(1, 2, session));
  }

  private static Fence fence(long instance, int attempt, UUID session) {
    return new Fence(new AttemptRef(instance, attempt), session);
  }

  /** Each attempt ran for as many seconds as the number of its instance. */
  private Completed complete(Map<Fence, String> results) {
    List<EndedAttempt> successes = new ArrayList<>();
    results.forEach(
        (fence, result) ->
            successes.add(
                new EndedAttempt(
                    fence,
                    AttemptEnd.SUCCEEDED,
                    true,
                    result,
                    null,
                    fence.attempt().instance() * 1_000)));
    return database
        .hot()
        .autocommit(connection -> AttemptSuccessStore.complete(connection, successes));
  }

  private Set<Fence> acceptedBefore(Fence... fences) {
    return database
        .hot()
        .autocommit(connection -> AttemptSuccessStore.acceptedBefore(connection, List.of(fences)));
  }

  private void history(long id, int attempt, UUID of, boolean reported) {
    job.ended(
        id, 10, "attempt = " + attempt, "reported = " + reported, "session_id = '" + of + "'");
  }

  private void attempt(long id, int attempt, UUID of, boolean reported) {
    database.update(
        """
        insert into attempt (instance_id, attempt, state, reported, session_id, started_at,
          ended_at)
        values (?, ?, 11, ?, ?, now(), now())
        """,
        id,
        attempt,
        reported,
        of);
  }
}
