package dev.orrery.scheduler.engine.submission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.base.database.Call;
import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.StoreDatabase;
import dev.orrery.scheduler.base.database.StoreTest;
import dev.orrery.scheduler.base.database.StoredJob;
import dev.orrery.scheduler.engine.submission.BackfillStore.LockedTrigger;
import dev.orrery.scheduler.engine.submission.BackfillStore.Stored;
import dev.orrery.scheduler.model.job.JobVersion;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BackfillStoreTest extends StoreTest {
  private static final Instant SIX = Instant.parse("2026-01-01T06:00:00Z");
  private static final Instant EIGHT = Instant.parse("2026-01-01T08:00:00Z");

  private StoredJob job;

  @BeforeEach
  void createRows() {
    job = database.job().trigger("'2026-01-01T09:00:00Z'");
  }

  @Test
  void waitsForConcurrentFireAndSeesAdvancedTrigger() {
    StoreDatabase.Client firing = database.begin();
    firing.update(
        "update trigger set next_fire_at = '2026-01-01T10:00:00Z' where job_id = ?", job.id());

    Call<Optional<LockedTrigger>> backfill = database.call(this::lockTrigger).awaitBlocked();
    firing.commit();

    assertThat(backfill.result().orElseThrow().nextFireAt())
        .isEqualTo(Instant.parse("2026-01-01T10:00:00Z"));
  }

  @Test
  void blocksFiresWhileReadingExecutedFireTimes() {
    lockTrigger(database.begin());

    int due =
        database.callWithoutBlocking(
            client ->
                client.update(
                    "update trigger set next_fire_at = null where job_id in"
                        + " (select job_id from trigger for update skip locked)"));

    assertThat(due).isZero();
  }

  @Test
  void countsFireTimeOfActiveOrEndedInstanceAsExecuted() {
    job.instance(1, "fire_time = '2026-01-01T06:00:00Z'");
    ended(2, EIGHT, 10);

    assertThat(haveRun()).containsExactlyInAnyOrder(SIX, EIGHT);
  }

  @Test
  void excludesSkippedFireTimeFromExecutedFireTimes() {
    ended(1, EIGHT, 14);

    assertThat(haveRun()).isEmpty();
  }

  @Test
  void ignoresActiveRetryWhenFindingExecutedFireTimes() {
    job.instance(1, "fire_time = '2026-01-01T06:00:00Z'", "retry_of = 9");

    assertThat(haveRun()).isEmpty();
  }

  @Test
  void findsExecutedFireTimesOnlyOfTheSpanAndJob() {
    job.instance(1, "fire_time = '2026-01-01T05:59:59Z'");
    ended(2, EIGHT.plusSeconds(1), 10);
    StoredJob other = database.job();
    other.instance(3, "fire_time = '2026-01-01T06:00:00Z'");

    assertThat(haveRun()).isEmpty();
  }

  @Test
  void countsStatesOfItsOwnRunsOnly() {
    job.instance(1, "fire_time = '2026-01-01T06:00:00Z'");
    job.instance(2);
    job.instance(3, "fire_time = '2026-01-01T06:00:00Z'", "retry_of = 9");
    job.instance(4, "fire_time = '2026-01-01T07:00:00Z'");
    database.job().instance(5, "fire_time = '2026-01-01T06:00:00Z'");
    job.instance(6, "fire_time = '2026-01-01T08:00:00Z'");

    assertThat(states(1, 5)).isEqualTo(Map.of("WAITING", 2));

    database.update(
        """
        insert into instance_history (id, job_id, job_version_id, due_at, fire_time, retry_of,
          ended_at, attempt, state, priority, reported)
        select id, job_id, job_version_id, due_at, fire_time, retry_of, now(), 1, 10, 5, true
        from instance
        """);
    database.update("delete from instance");
    assertThat(states(1, 5)).isEqualTo(Map.of("SUCCEEDED", 2));
  }

  private Map<String, Integer> states(long first, long last) {
    Stored backfill =
        new Stored(1, job.id(), "job", SIX, EIGHT, "allow", SIX, null, first, last, 2);
    return database.hot().autocommit(connection -> BackfillStore.states(connection, backfill));
  }

  private Set<Instant> haveRun() {
    return database
        .hot()
        .transaction(connection -> BackfillStore.haveRun(connection, job.id(), SIX, EIGHT));
  }

  /** Made when its time had come. */
  @Test
  void hidesBackfillsOfDeletedJobFromNextJobOfSameName() {
    database.update(
        """
        insert into backfill (job_id, from_at, until_at, overlap, instances)
        values (?, now(), now(), 'allow', 0)
        """,
        job.id());
    long id = database.number("select id from backfill");
    assertThat(shown(id)).containsExactly(id, id);

    database.update("update job set deleted_at = now() where id = ?", job.id());
    StoredJob next = job.sibling("next");
    database.update("update job set name = 'job' where id = ?", next.id());

    assertThat(shown(id)).isEmpty();
    assertThat(found()).hasValue(next.id());
    database.update("update job set deleted_at = now()");
    assertThat(found()).isEmpty();
  }

  /** By its id, and on the page. */
  private List<Long> shown(long id) {
    return database
        .hot()
        .autocommit(
            connection ->
                Stream.concat(
                        BackfillStore.find(connection, job.app(), "job", id).stream(),
                        BackfillStore.page(connection, job.app(), "job", Long.MAX_VALUE, 5)
                            .stream())
                    .map(BackfillStore.Stored::id)
                    .toList());
  }

  private Optional<Long> found() {
    return database
        .hot()
        .autocommit(connection -> BackfillStore.findJob(connection, job.app(), "job"))
        .map(BackfillStore.Job::id);
  }

  private void ended(int number, Instant fireTime, int state) {
    database.update(
        """
        insert into instance_history (id, job_id, job_version_id, due_at, fire_time, ended_at,
          attempt, state, priority, reported)
        select instance_id_at(fire_time) + ?, ?, ?, fire_time, fire_time, now(), 1, ?, 5, true
        from (select ?::timestamptz as fire_time) f
        """,
        number,
        job.id(),
        job.version(),
        state,
        fireTime.toString());
  }

  private Optional<LockedTrigger> lockTrigger(EngineDatabase client) {
    return client.transaction(connection -> BackfillStore.lockTrigger(connection, job.id()));
  }

  @Test
  void ignoresFireTimesExecutedByDifferentJob() {
    StoredJob own = job;
    job = database.job();
    ended(1, EIGHT, 10);
    job = own;

    assertThat(haveRun()).isEmpty();
  }

  @Test
  void countsInstanceAtStartOfSpanAsExecuted() {
    ended(0, SIX, 10);

    assertThat(haveRun()).containsExactly(SIX);
  }

  @Test
  void createsInstancesInFireTimeOrderForTheirJobOnly() {
    database.job();

    List<Long> made = make(false);

    assertThat(made).hasSize(2).isSorted();
    assertThat(
            database.texts(
                "select job_id || ' ' || fire_time || ' ' || state || ' ' || limited || ' '"
                    + " || waits_for_predecessors from instance order by id"))
        .containsExactly(
            job.id() + " 2026-01-01 06:00:00+00 1 false false",
            job.id() + " 2026-01-01 08:00:00+00 1 false false");
  }

  @Test
  void blocksInstancesOfPausedOrLimitedJobOrApp() {
    database.update("insert into job_concurrency (job_id) values (?)", database.job().id());
    make(false);
    assertThat(database.number("select count(*) from instance where state = 1"))
        .as("another job is limited")
        .isEqualTo(2);

    job = database.job();
    job.pause();
    make(false);
    assertThat(blocked()).as("paused job").isEqualTo(2);

    job = database.job();
    job.pauseApp();
    make(false);
    assertThat(blocked()).as("paused app").isEqualTo(4);

    job = database.job();
    make(true);
    assertThat(blocked()).as("a queue").isEqualTo(6);

    job = database.job();
    database.update("insert into job_concurrency (job_id) values (?)", job.id());
    make(false);
    assertThat(blocked()).as("limited job").isEqualTo(8);
    assertThat(database.number("select count(*) from instance where limited")).isEqualTo(2);
  }

  @Test
  void listsBackfillsOlderThanCursorNewestFirst() {
    List<Long> ids = List.of(kept(job), kept(job), kept(job));
    kept(job.sibling("sibling"));
    kept(database.job());

    assertThat(page(Long.MAX_VALUE, 2)).containsExactly(ids.get(2), ids.get(1));
    assertThat(page(ids.get(1), 2)).containsExactly(ids.get(0));
  }

  @Test
  void showsAndCancelsOnlyTheGivenBackfill() {
    long first = kept(job);
    long second = kept(job);

    assertThat(found(first)).hasValueSatisfying(one -> assertThat(one.id()).isEqualTo(first));
    assertThat(found(second)).hasValueSatisfying(one -> assertThat(one.id()).isEqualTo(second));
    cancel(second);

    assertThat(database.numbers("select id from backfill where canceled_at is not null"))
        .containsExactly(second);
  }

  @Test
  void keepsTimeOfFirstCancelOnRepeatedCancel() {
    long id = kept(job);
    database.update("update backfill set canceled_at = '2026-01-01T09:00:00Z'");

    cancel(id);

    assertThat(database.texts("select canceled_at from backfill"))
        .containsExactly("2026-01-01 09:00:00+00");
  }

  @Test
  void locksOnlyTheTriggerOfTheJob() {
    StoredJob other = database.job().trigger("'2026-01-01T10:00:00Z'");

    assertThat(lockTrigger(database.begin()).orElseThrow().nextFireAt())
        .isEqualTo(Instant.parse("2026-01-01T09:00:00Z"));

    database.callWithoutBlocking(
        client -> client.update("update trigger set priority = 1 where job_id = ?", other.id()));
  }

  @Test
  void returnsLatestPrunedFireTimeOfTheJob() {
    pruned(database.job(), "2026-01-02T00:00:00Z");
    pruned(job, "2026-01-01T00:00:00Z");
    pruned(database.job(), "2026-01-03T00:00:00Z");

    assertThat(
            database
                .hot()
                .<Optional<Instant>>autocommit(
                    connection -> BackfillStore.latestPruned(connection, job.id())))
        .contains(Instant.parse("2026-01-01T00:00:00Z"));
  }

  private void pruned(StoredJob of, String latest) {
    database.update(
        "insert into pruned_fire_time (job_id, latest_fire_time) values (?, ?::timestamptz)",
        of.id(),
        latest);
  }

  private long kept(StoredJob of) {
    database.update(
        """
        insert into backfill (job_id, from_at, until_at, overlap, instances)
        values (?, now(), now(), 'allow', 0)
        """,
        of.id());
    return database.number("select max(id) from backfill");
  }

  private List<Long> page(long before, int limit) {
    return database
        .hot()
        .<List<Stored>>autocommit(
            connection -> BackfillStore.page(connection, job.app(), "job", before, limit))
        .stream()
        .map(Stored::id)
        .toList();
  }

  private Optional<Stored> found(long id) {
    return database
        .hot()
        .autocommit(connection -> BackfillStore.find(connection, job.app(), "job", id));
  }

  private void cancel(long id) {
    database
        .hot()
        .autocommit(
            connection -> {
              BackfillStore.cancel(connection, id);
              return null;
            });
  }

  private List<Long> make(boolean waitForPredecessors) {
    return database
        .hot()
        .transaction(
            connection ->
                BackfillStore.make(
                    connection, currentVersion(), List.of(SIX, EIGHT), waitForPredecessors));
  }

  private long blocked() {
    return database.number("select count(*) from instance where state = 2");
  }

  private JobVersion currentVersion() {
    return new JobVersion(
        job.version(), job.id(), job.app(), "app", 1, job.lane(), null, null, Map.of(), null, null);
  }
}
