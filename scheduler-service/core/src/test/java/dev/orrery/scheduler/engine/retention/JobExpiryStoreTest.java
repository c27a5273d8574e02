package dev.orrery.scheduler.engine.retention;

import static dev.orrery.scheduler.engine.retention.JobExpiryStore.MAX_EDIT_TIME;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.StoreDatabase;
import dev.orrery.scheduler.base.database.StoreTest;
import dev.orrery.scheduler.base.database.StoredJob;
import dev.orrery.scheduler.engine.retention.JobExpiryStore.Batch;
import dev.orrery.scheduler.engine.retention.JobExpiryStore.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JobExpiryStoreTest extends StoreTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final Duration AGE = Duration.ofDays(30);
  private static final Batch LARGE = new Batch(100, 100);
  private static final int ALL = 1000;

  private StoredJob job;

  @BeforeEach
  void createJob() {
    job = database.job();
    created(job, 1, NOON.minus(Duration.ofDays(365)));
  }

  @Test
  void deletesVersionsReplacedBeforeRetentionAge() {
    version(job, 2, NOON.minus(Duration.ofDays(300)));
    version(job, 3, NOON.minus(AGE).minusMillis(1));
    version(job, 4, NOON.minus(AGE));
    version(job, 5, NOON.minus(Duration.ofDays(1)));

    Step step = deleteVersions(AGE, ALL).orElseThrow();

    assertThat(step).isEqualTo(new Step(1, Optional.of(job.id())));
    assertThat(versions(job)).as("2 was replaced by 3").containsExactly(1L, 3L, 4L, 5L);
  }

  @Test
  void keepsOnlyNewestVersionsOfJob() {
    for (int number = 2; number <= 6; number++) {
      version(job, number, NOON.minus(Duration.ofHours(9 - number)));
    }

    deleteVersions(AGE, 3);

    assertThat(versions(job)).containsExactly(1L, 4L, 5L, 6L);
  }

  @Test
  void keepsRecentlyReplacedVersions() {
    version(job, 2, NOON.minus(Duration.ofDays(1)));
    version(job, 3, NOON.minus(MAX_EDIT_TIME));
    version(job, 4, NOON.minus(MAX_EDIT_TIME).plusMillis(1));

    deleteVersions(Duration.ZERO, 1);

    assertThat(versions(job)).containsExactly(1L, 2L, 3L, 4L);

    created(job, 3, NOON.minus(MAX_EDIT_TIME).minusMillis(1));
    deleteVersions(Duration.ZERO, 1);

    assertThat(versions(job)).containsExactly(1L, 3L, 4L);
  }

  /** Each instance was made while version 2 was the current one, or up to an hour around it. */
  @Test
  void keepsVersionsThatRunsMayReference() {
    Instant begin = NOON.minus(Duration.ofDays(200));
    Instant end = NOON.minus(Duration.ofDays(100));
    version(job, 2, begin);
    version(job, 3, end);
    version(job, 4, NOON);
    StoredJob other = database.job();
    history(other, begin.plusSeconds(1));

    for (Instant made :
        List.of(begin.minus(MAX_EDIT_TIME), begin.plusSeconds(9), end.plus(MAX_EDIT_TIME))) {
      history(job, made);
      deleteVersions(AGE, 1);
      assertThat(versions(job)).contains(2L);
      database.update("delete from instance_history where job_id = ?", job.id());

      active(job, made);
      deleteVersions(AGE, 1);
      assertThat(versions(job)).contains(2L);
      database.update("delete from instance where job_id = ?", job.id());
    }

    history(job, begin.minus(MAX_EDIT_TIME).minusMillis(1));
    active(job, end.plus(MAX_EDIT_TIME).plusMillis(1));
    deleteVersions(AGE, ALL);
    assertThat(versions(job)).doesNotContain(2L);
  }

  /** Replicas take a smaller id of the newest version for a database that went back in time. */
  @Test
  void keepsVersionWithHighestId() {
    version(job, 3, NOON.minus(Duration.ofDays(50)));
    version(job, 2, NOON.minus(Duration.ofDays(90)));
    database.update(
        "update job set version_id = (select id from job_version where job_id = job.id and version = 3)");
    delete(job, NOON.minus(Duration.ofDays(2)));
    long newest = database.number("select max(id) from job_version");

    deleteVersions(Duration.ZERO, 1);
    deleteJobs(0, LARGE);

    assertThat(jobs()).containsExactly(job.id());
    assertThat(database.number("select max(id) from job_version")).isEqualTo(newest);

    database.update("update job set deleted_at = null");
    deleteVersions(Duration.ZERO, 1);
    assertThat(database.number("select max(id) from job_version")).isEqualTo(newest);
  }

  /**
   * The submission has read version 2, and its insert is committed hours after version 3 replaced
   * that one.
   */
  @Test
  void keepsVersionReferencedByOpenTransaction() {
    StoreDatabase.Client submission = database.begin();
    submission.update(
        """
        insert into instance (id, job_id, job_version_id, lane_id, state, priority, due_at)
        select new_instance_id(), ?, 2, ?, 1, 5, now()
        """,
        job.id(),
        job.lane());
    Instant now = Instant.now();
    version(job, 2, now);
    version(job, 3, now.plusSeconds(1));
    JobExpiryStore later = new JobExpiryStore(database.hotAt(now.plus(Duration.ofHours(9))));

    later.deleteVersions(later.horizon(), Duration.ZERO, 1, 0, LARGE);
    assertThat(versions(job)).as("its rows are not visible yet").contains(2L);

    submission.commit();
    later.deleteVersions(later.horizon(), Duration.ZERO, 1, 0, LARGE);
    assertThat(versions(job)).as("an instance names it").contains(2L);

    database.update("delete from instance");
    later.deleteVersions(later.horizon(), Duration.ZERO, 1, 0, LARGE);
    assertThat(versions(job)).containsExactly(1L, 3L);
  }

  @Test
  void keepsDeletedJobReferencedByOpenTransaction() {
    StoreDatabase.Client submission = database.begin();
    submission.update(
        """
        insert into instance (id, job_id, job_version_id, lane_id, state, priority, due_at)
        select new_instance_id(), ?, 1, ?, 1, 5, now()
        """,
        job.id(),
        job.lane());
    Instant now = Instant.now();
    delete(job, now.plusSeconds(1));
    database.job();
    JobExpiryStore later = new JobExpiryStore(database.hotAt(now.plus(Duration.ofHours(9))));

    later.deleteJobs(later.horizon(), 0, LARGE);
    assertThat(jobs()).contains(job.id());

    submission.commit();
    later.deleteJobs(later.horizon(), 0, LARGE);
    assertThat(jobs()).contains(job.id());

    database.update("delete from instance");
    later.deleteJobs(later.horizon(), 0, LARGE);
    assertThat(jobs()).doesNotContain(job.id());
  }

  @Test
  void deletesJobWithAllReferencingRows() {
    version(job, 2, NOON.minus(Duration.ofDays(5)));
    StoredJob kept = job.sibling("kept");
    for (StoredJob one : List.of(job, kept)) {
      database.update("insert into job_concurrency (job_id) values (?)", one.id());
      database.update(
          "insert into declared_job (job_id, version, declared_at) values (?, '1', now())",
          one.id());
      database.update("insert into pruned_fire_time values (?, now())", one.id());
      database.update(
          "insert into backfill (job_id, from_at, until_at, overlap, instances)"
              + " values (?, now(), now(), 'skip', 0)",
          one.id());
    }
    delete(job, NOON.minus(MAX_EDIT_TIME));
    deleteJobs(0, LARGE);
    assertThat(jobs()).hasSize(2);

    delete(job, NOON.minus(MAX_EDIT_TIME).minusMillis(1));
    assertThat(deleteJobs(0, LARGE)).contains(new Step(1, Optional.of(job.id())));

    assertThat(jobs()).containsExactly(kept.id());
    for (String table :
        List.of("job_concurrency", "declared_job", "pruned_fire_time", "backfill", "job_version")) {
      assertThat(database.numbers("select job_id from " + table)).containsExactly(kept.id());
    }
  }

  @Test
  void keepsDeletedJobsWithInstances() {
    database.job();
    delete(job, NOON.minus(Duration.ofDays(2)));
    history(job, NOON.minus(Duration.ofDays(300)));
    deleteJobs(0, LARGE);
    assertThat(jobs()).contains(job.id());

    database.update("delete from instance_history");
    active(job, NOON.minus(Duration.ofDays(2)));
    deleteJobs(0, LARGE);
    assertThat(jobs()).contains(job.id());

    database.update("delete from instance");
    deleteJobs(0, LARGE);
    assertThat(jobs()).doesNotContain(job.id());
  }

  @Test
  void deletesAtMostOneBatchOfVersionsOrJobs() {
    for (int number = 2; number <= 6; number++) {
      version(job, number, NOON.minus(Duration.ofDays(60 - number)));
    }
    StoredJob second = job.sibling("second");
    StoredJob third = job.sibling("third");
    database.job();

    assertThat(deleteVersions(AGE, ALL, new Batch(2, 3)))
        .contains(new Step(3, Optional.of(second.id())));
    assertThat(versions(job)).hasSize(3);
    assertThat(deleteVersions(AGE, ALL, new Batch(2, 3)))
        .contains(new Step(1, Optional.of(second.id())));
    delete(job, NOON.minus(Duration.ofDays(2)));
    delete(second, NOON.minus(Duration.ofDays(2)));
    delete(third, NOON.minus(Duration.ofDays(2)));
    assertThat(deleteJobs(0, new Batch(2, 1))).contains(new Step(1, Optional.of(second.id())));
    assertThat(deleteJobs(second.id(), LARGE)).contains(new Step(1, Optional.of(third.id())));
  }

  @Test
  void skipsDeletionWhileAnotherReplicaDeletes() {
    version(job, 2, NOON.minus(Duration.ofDays(90)));
    version(job, 3, NOON.minus(Duration.ofDays(80)));
    delete(database.job(), NOON.minus(Duration.ofDays(2)));
    database
        .begin()
        .lock("select pg_advisory_xact_lock(hashtext('orrery'), hashtext('job'))::text");

    assertThat(
            database.<Optional<Step>>callWithoutBlocking(
                client -> store(client).deleteVersions(NOON, AGE, ALL, 0, LARGE)))
        .isEmpty();
    assertThat(
            database.<Optional<Step>>callWithoutBlocking(
                client -> store(client).deleteJobs(NOON, 0, LARGE)))
        .isEmpty();
    assertThat(jobs()).hasSize(2);
  }

  private static JobExpiryStore store(EngineDatabase client) {
    return new JobExpiryStore(client);
  }

  private Optional<Step> deleteVersions(Duration age, int kept) {
    return deleteVersions(age, kept, LARGE);
  }

  private Optional<Step> deleteVersions(Duration age, int kept, Batch batch) {
    return store(database.hot()).deleteVersions(NOON, age, kept, 0, batch);
  }

  private Optional<Step> deleteJobs(long afterJob, Batch batch) {
    return store(database.hot()).deleteJobs(NOON, afterJob, batch);
  }

  /** Becomes the current version. */
  private void version(StoredJob of, int number, Instant created) {
    database.update(
        """
        with written as (
          insert into job_version (job_id, version, document, lane_id, priority)
          values (?, ?, '{}', ?, 5) returning id, job_id
        )
        update job set version_id = written.id from written where job.id = written.job_id
        """,
        of.id(),
        number,
        of.lane());
    created(of, number, created);
  }

  private void created(StoredJob of, int number, Instant created) {
    database.update(
        "update job_version set created_at = ?::timestamptz where job_id = ? and version = ?",
        created.toString(),
        of.id(),
        number);
  }

  private void delete(StoredJob one, Instant at) {
    database.update(
        "update job set deleted_at = ?::timestamptz where id = ?", at.toString(), one.id());
  }

  private void history(StoredJob of, Instant made) {
    database.update(
        """
        insert into instance_history (id, job_id, job_version_id, due_at, ended_at, attempt, state,
          priority, reported)
        values (instance_id_at(?::timestamptz), ?, 1, now(), now(), 1, 10, 5, true)
        """,
        made.toString(),
        of.id());
  }

  private void active(StoredJob of, Instant made) {
    of.instance(
        database.number("select instance_id_at(?::timestamptz)", made.toString()), "state = 2");
  }

  private List<Long> versions(StoredJob of) {
    return database.numbers(
        "select version from job_version where job_id = ? order by version", of.id());
  }

  private List<Long> jobs() {
    return database.numbers("select id from job order by id");
  }
}
