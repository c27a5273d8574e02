package dev.orrery.scheduler.engine.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.StoreTest;
import dev.orrery.scheduler.base.database.StoredJob;
import dev.orrery.scheduler.engine.retention.HistoryPerJobStore.Batch;
import dev.orrery.scheduler.engine.retention.HistoryPerJobStore.Excess;
import dev.orrery.scheduler.engine.retention.HistoryPerJobStore.Outcome;
import dev.orrery.scheduler.engine.retention.HistoryPerJobStore.Scanned;
import dev.orrery.scheduler.flow.StoredParent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The rows of a job are inserted in descending order of their ids. */
class HistoryPerJobStoreTest extends StoreTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final Duration AGE = Duration.ofMinutes(5);
  private static final Batch LARGE = new Batch(1000, 100_000);

  private StoredJob job;
  private StoredJob second;
  private StoredJob third;

  @BeforeEach
  void createJobs() {
    job = database.job();
    second = job.sibling("second");
    third = job.sibling("third");
  }

  @Test
  void scansJobsInOrderForExcessHistory() {
    ended(third, 9, 8, 7);
    ended(second, 6, 5, 4);
    ended(job, 3);

    assertThat(scan(0, 2, 1))
        .isEqualTo(new Scanned(List.of(new Excess(second.id(), 5)), Optional.of(second.id())));
    assertThat(scan(second.id(), 2, 1))
        .isEqualTo(new Scanned(List.of(new Excess(third.id(), 8)), Optional.of(third.id())));
    assertThat(scan(third.id(), 2, 1)).isEqualTo(new Scanned(List.of(), Optional.empty()));
  }

  @Test
  void returnsNewestRunBeyondKeptHistory() {
    ended(job, 4, 3, 2, 1);

    assertThat(scan(0, 1, 3).excesses()).containsExactly(new Excess(job.id(), 1));
    assertThat(scan(0, 1, 4).excesses()).isEmpty();
  }

  @Test
  void keepsExcessRunUntilMinimumAge() {
    ended(job, 2, 1);
    database.update("update instance_history set ended_at = ?::timestamptz", text(NOON));

    delete(NOON.plus(AGE), LARGE, new Excess(job.id(), 2));
    assertThat(kept()).containsExactly(1L, 2L);

    delete(NOON.plus(AGE).plusMillis(1), LARGE, new Excess(job.id(), 2));
    assertThat(kept()).isEmpty();
  }

  @Test
  void deletesOldestRunsOfJobFirst() {
    ended(second, 5, 1);
    ended(job, 4, 3, 2);

    Outcome outcome = delete(NOON, new Batch(1, 100), new Excess(job.id(), 3));

    assertThat(outcome).isEqualTo(Outcome.MORE);
    assertThat(kept()).containsExactly(1L, 3L, 4L, 5L);
  }

  @Test
  void limitsDeleteBatchAcrossAllJobs() {
    ended(second, 6, 5);
    ended(job, 4, 3);

    Excess ours = new Excess(job.id(), 4);
    Excess theirs = new Excess(second.id(), 6);
    assertThat(delete(NOON, new Batch(3, 100), ours, theirs)).isEqualTo(Outcome.MORE);
    assertThat(kept()).hasSize(1);
  }

  @Test
  void limitsDeleteBatchByWeightOfAttemptsAndLogs() {
    ended(job, 3, 2, 1);
    database.update("update instance_history set attempt = 3 where id = 1");
    database.chunk(1, 1, 0);
    database.chunk(1, 1, 1);
    database.chunk(2, 1, 0);
    Excess all = new Excess(job.id(), 3);

    // The first weighs 6, and the one that goes over the limit is the last.
    assertThat(delete(NOON, new Batch(10, 6), all)).isEqualTo(Outcome.MORE);
    assertThat(kept()).containsExactly(2L, 3L);
    assertThat(database.numbers("select instance_id from log_chunk")).containsExactly(2L);
    assertThat(delete(NOON, new Batch(10, 4), all)).isEqualTo(Outcome.DONE);
    assertThat(kept()).isEmpty();
  }

  @Test
  void remembersLatestFireTimeOfDeletedRunsPerJob() {
    ended(second, 5);
    ended(job, 4, 3, 2, 1);
    fireTime(1, "2026-01-03");
    fireTime(2, "2026-01-04");
    fireTime(3, "2026-01-05");
    fireTime(5, "2026-01-09");
    database.update("update instance_history set state = 14 where id = 3");

    delete(NOON, LARGE, new Excess(job.id(), 3), new Excess(second.id(), 5));
    assertThat(fireTimes()).containsExactly("2026-01-04", "2026-01-09");

    fireTime(4, "2026-01-02");
    delete(NOON, LARGE, new Excess(job.id(), 4));
    assertThat(fireTimes()).containsExactly("2026-01-04", "2026-01-09");
  }

  @Test
  void skipsDeletionWhileAnotherReplicaDeletes() {
    ended(job, 1);
    database
        .begin()
        .lock("select pg_advisory_xact_lock(hashtext('orrery'), hashtext('history'))::text");

    Outcome outcome =
        database.callWithoutBlocking(client -> delete(client, LARGE, new Excess(job.id(), 1)));

    assertThat(outcome).isEqualTo(Outcome.BUSY);
    assertThat(kept()).containsExactly(1L);
  }

  @Test
  void deletesPartsWithTheirParent() {
    StoredParent tree = StoredParent.create(database, "{\"type\":\"shards\",\"count\":1}");
    for (long id : List.of(1L, 3L)) {
      tree.awaiting(id, 1, 1, 1, 0);
      database.update("delete from instance where id = ?", id);
      ended(tree.job(), id);
      tree.ended(id + 1, id, 0, 10);
      database.chunk(id + 1, 1, 0);
    }

    delete(NOON, LARGE, new Excess(tree.job().id(), 1));

    assertThat(kept()).containsExactly(3L);
    assertThat(database.numbers("select instance_id from parent_instance")).containsExactly(3L);
    assertThat(database.numbers("select id from part_history")).containsExactly(4L);
    assertThat(database.numbers("select instance_id from log_chunk")).containsExactly(4L);
  }

  @Test
  void countsPartsAsWeight() {
    StoredParent tree = StoredParent.create(database, "{\"type\":\"shards\",\"count\":40}");
    tree.awaiting(1, 40, 0, 1, 0);
    database.update("delete from instance where id = 1");
    ended(tree.job(), 1, 2);

    Outcome outcome = delete(NOON, new Batch(10, 100), new Excess(tree.job().id(), 2));

    assertThat(outcome).isEqualTo(Outcome.MORE);
    assertThat(kept()).containsExactly(2L);
  }

  private Scanned scan(long afterJob, int jobs, int kept) {
    return new HistoryPerJobStore(database.hot()).scan(afterJob, jobs, kept);
  }

  private Outcome delete(Instant now, Batch batch, Excess... excesses) {
    return delete(database.hotAt(now), batch, excesses);
  }

  private static Outcome delete(EngineDatabase client, Batch batch, Excess... excesses) {
    return new HistoryPerJobStore(client).delete(List.of(excesses), AGE, batch);
  }

  private List<Long> kept() {
    return database.numbers("select id from instance_history order by id");
  }

  private List<String> fireTimes() {
    return database.texts("select latest_fire_time::date from pruned_fire_time order by job_id");
  }

  private void fireTime(long id, String time) {
    database.update(
        "update instance_history set fire_time = ?::timestamptz where id = ?", time, id);
  }

  private static void ended(StoredJob of, long... ids) {
    for (long id : ids) {
      of.ended(id, 10, "ended_at = '2026-01-01'");
    }
  }

  private static String text(Instant instant) {
    return instant.toString();
  }
}
