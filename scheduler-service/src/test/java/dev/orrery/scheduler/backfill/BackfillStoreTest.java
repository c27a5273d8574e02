package dev.orrery.scheduler.backfill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.backfill.BackfillStore.LockedTrigger;
import dev.orrery.scheduler.backfill.BackfillStore.Stored;
import dev.orrery.scheduler.database.Call;
import dev.orrery.scheduler.database.EngineDatabase;
import dev.orrery.scheduler.database.StoreDatabase;
import dev.orrery.scheduler.database.StoreTest;
import dev.orrery.scheduler.database.StoredJob;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class BackfillStoreTest extends StoreTest {
  private static final Instant SIX = Instant.parse("2026-01-01T06:00:00Z");
  private static final Instant EIGHT = Instant.parse("2026-01-01T08:00:00Z");

  private StoredJob job;

  @BeforeEach
  void createRows() {
    job = database.job().trigger("'2026-01-01T09:00:00Z'");
  }

  @Test
  void backfillWaitsForAFireUnderWayAndSeesItsAdvance() {
    StoreDatabase.Client firing = database.begin();
    firing.update(
        "update trigger set next_fire_at = '2026-01-01T10:00:00Z' where job_id = ?", job.id());

    Call<Optional<LockedTrigger>> backfill = database.call(this::lockTrigger).awaitBlocked();
    firing.commit();

    assertThat(backfill.result().orElseThrow().nextFireAt())
        .isEqualTo(Instant.parse("2026-01-01T10:00:00Z"));
  }

  @Test
  void noFireIsStartedWhileABackfillReadsThoseThatHaveRun() {
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
  void fireTimeHasRunWhereItsInstanceIsActiveOrHasEnded() {
    job.instance(1, "fire_time = '2026-01-01T06:00:00Z'");
    ended(2, EIGHT, 10);

    assertThat(haveRun()).containsExactlyInAnyOrder(SIX, EIGHT);
  }

  @Test
  void skippedFireTimeHasNotRun() {
    ended(1, EIGHT, 14);

    assertThat(haveRun()).isEmpty();
  }

  @Test
  void retryThatIsActiveDoesNotCountForItsFireTime() {
    job.instance(1, "fire_time = '2026-01-01T06:00:00Z'", "retry_of = 9");

    assertThat(haveRun()).isEmpty();
  }

  @Test
  void onlyFireTimesOfTheSpanAndOfTheJobCount() {
    job.instance(1, "fire_time = '2026-01-01T05:59:59Z'");
    ended(2, EIGHT.plusSeconds(1), 10);
    StoredJob other = database.job();
    other.instance(3, "fire_time = '2026-01-01T06:00:00Z'");

    assertThat(haveRun()).isEmpty();
  }

  @Test
  void statesAreThoseOfTheBackfillsOwnRuns() {
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
  void backfillsOfADeletedJobAreNotThoseOfTheNextOfItsName() {
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
}
