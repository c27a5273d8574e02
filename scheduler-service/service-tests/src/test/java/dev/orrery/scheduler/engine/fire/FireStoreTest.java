package dev.orrery.scheduler.engine.fire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.SqlStatement;
import dev.orrery.scheduler.base.database.StoreServiceTest;
import dev.orrery.scheduler.base.database.StoredJob;
import dev.orrery.scheduler.engine.fire.FireStore.Created;
import dev.orrery.scheduler.engine.fire.FireStore.Due;
import dev.orrery.scheduler.engine.fire.FireStore.Skipped;
import dev.orrery.scheduler.engine.fire.FireStore.Started;
import dev.orrery.scheduler.model.instance.EndReason;
import dev.orrery.scheduler.model.instance.InstanceState;
import dev.orrery.scheduler.model.job.document.JobDocumentCodec;
import dev.orrery.scheduler.model.job.document.OverlapPolicy;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class FireStoreTest extends StoreServiceTest {
  private static final String CRON = "\"trigger\":{\"cron\":\"0 0 * * * *\"}";

  private static final Instant NINE = Instant.parse("2026-01-01T09:00:00Z");

  @Inject JobDocumentCodec documents;
  private FireStore store;

  @BeforeEach
  void createRows() {
    store = new FireStore(documents);
  }

  @Test
  void locksDueTriggersInDueOrder() {
    StoredJob last = due("now() - interval '1 minute'");
    StoredJob first = due("now() - interval '3 minutes'");
    StoredJob second = due("now() - interval '2 minutes'");

    assertThat(lockDue(database.hot(), 10)).containsExactly(first.id(), second.id(), last.id());
    assertThat(lockDue(database.hot(), 1)).containsExactly(first.id());
  }

  @Test
  void locksOnTimeTriggersBeforeLateTriggers() {
    StoredJob longest = due("now() - interval '2 days'");
    StoredJob late = due("now() - interval '11 seconds'");
    StoredJob onTime = due("now() - interval '1 second'");

    assertThat(lockDue(database.hot(), 10)).containsExactly(onTime.id(), longest.id(), late.id());
    assertThat(lockDue(database.hot(), 1)).containsExactly(onTime.id(), longest.id());
  }

  /** A cache that all jobs of a minute do not fit into must not delay their fires. */
  @Test
  void readsNoDocuments() {
    for (int n = 0; n < 60; n++) {
      withNote(due("'2026-01-01T09:00:00Z'"), 240_000);
      withNote(due("'2025-12-31T09:00:00Z'"), 240_000);
    }

    List<Long> read =
        database
            .hotAt(NINE)
            .transaction(
                connection -> {
                  assertThat(store.lockOnTime(connection, List.of(), 500).triggers()).hasSize(60);
                  assertThat(store.lockLate(connection, List.of(), 500).triggers()).hasSize(60);
                  return SqlStatement.of(connection, StoredJob.DOCUMENTS_READ)
                      .list(row -> row.getLong("idx_scan"));
                });

    assertThat(read).containsExactly(0L);
  }

  private void withNote(StoredJob job, int length) {
    database.update(
        "update job_version set document = jsonb_set(document, '{note}', to_jsonb(?::text))"
            + " where job_id = ?",
        "x".repeat(length),
        job.id());
  }

  @Test
  void locksHigherPriorityFirstAtEqualDueTime() {
    StoredJob low = due("'2026-01-01'");
    StoredJob high = due("'2026-01-01'");
    database.update("update trigger set priority = 9 where job_id = ?", high.id());

    assertThat(lockDue(database.hot(), 10)).containsExactly(high.id(), low.id());
  }

  @Test
  void locksHigherPriorityFirstAmongOnTimeTriggers() {
    StoredJob low = due("'2026-01-01T09:00:00Z'");
    StoredJob high = due("'2026-01-01T09:00:00Z'");
    database.update("update trigger set priority = 9 where job_id = ?", high.id());

    assertThat(lockDue(database.hotAt(NINE), 10)).containsExactly(high.id(), low.id());
  }

  @Test
  void locksHigherPriorityFirstAmongLateTriggersOfApp() {
    StoredJob low = due("'2026-01-01'");
    StoredJob high = low.sibling("high", CRON).trigger("'2026-01-01'");
    database.update("update trigger set priority = 9 where job_id = ?", high.id());

    assertThat(lockDue(database.hot(), 1)).containsExactly(high.id());
  }

  @Test
  void treatsTriggerAsLateAfterTenSeconds() {
    StoredJob late = due("'2026-01-01T09:00:00Z'");
    StoredJob onTime = due("'2026-01-01T09:00:00.001Z'");

    assertThat(lockDue(database.hotAt(NINE.plusSeconds(10)), 10))
        .containsExactly(onTime.id(), late.id());
  }

  @Test
  void alternatesBetweenAppsForLateTriggers() {
    StoredJob first = due("now() - interval '3 days'");
    StoredJob second = first.sibling("second", CRON).trigger("now() - interval '2 days'");
    StoredJob third = first.sibling("third", CRON).trigger("now() - interval '1 day'");
    StoredJob other = due("now() - interval '11 seconds'");

    assertThat(lockDue(database.hot(), 10))
        .containsExactly(first.id(), other.id(), second.id(), third.id());
    assertThat(lockDue(database.hot(), 4)).containsExactly(first.id(), other.id(), second.id());
    assertThat(lockDue(database.hot(), 1)).containsExactly(first.id());
  }

  @Test
  void sharesLateTriggersOfAppBetweenReplicas() {
    StoredJob first = due("now() - interval '2 days'");
    StoredJob second = first.sibling("second", CRON).trigger("now() - interval '1 day'");
    assertThat(lockDue(database.begin(), 1)).containsExactly(first.id());

    List<Long> others = database.callWithoutBlocking(hot -> lockDue(hot, 1));

    assertThat(others).containsExactly(second.id());
  }

  @Test
  void excludesLateTriggersOfDeferredJobsFromBatch() {
    StoredJob aside = due("now() - interval '2 days'");
    StoredJob late = due("now() - interval '1 day'");

    List<Long> due =
        database
            .hot()
            .transaction(connection -> store.lockLate(connection, List.of(aside.id()), 1))
            .triggers()
            .stream()
            .map(trigger -> trigger.job().jobId())
            .toList();

    assertThat(due).containsExactly(late.id());
  }

  /** No statement says it: the database fills it in. */
  @Test
  void storesJobAppInTrigger() {
    StoredJob job = due("now()");

    assertThat(database.number("select app_id from trigger where job_id = ?", job.id()))
        .isEqualTo(job.app());
  }

  @Test
  void skipsTriggersLockedByAnotherReplica() {
    StoredJob first = due("now() - interval '2 minutes'");
    StoredJob second = due("now() - interval '1 minute'");
    assertThat(lockDue(database.begin(), 1)).containsExactly(first.id());

    List<Long> others = database.callWithoutBlocking(hot -> lockDue(hot, 10));

    assertThat(others).containsExactly(second.id());
  }

  @Test
  void skipsTriggerDuringEdit() {
    StoredJob job = due("now()");
    database.begin().lock("select job_id from trigger where job_id = ? for update", job.id());

    List<Long> due = database.callWithoutBlocking(hot -> lockDue(hot, 10));

    assertThat(due).isEmpty();
  }

  @Test
  void leavesJobsOfDueTriggersUnlocked() {
    StoredJob job = due("now()");
    lockDue(database.begin(), 10);

    int paused =
        database.callWithoutBlocking(
            other -> other.update("update job set paused = true where id = ?", job.id()));

    assertThat(paused).isOne();
  }

  @Test
  void schedulesFireDelayedByJitterUntilDue() {
    StoredJob job = database.job(CRON);
    Instant later = Instant.now().plus(Duration.ofHours(1));

    start(
        job, new Fire.Start(NINE, later, false), new Fire.Start(NINE.plusSeconds(1), NINE, false));

    assertThat(database.texts("select fire_time::text || ' ' || state from instance order by id"))
        .containsExactly("2026-01-01 09:00:00+00 0", "2026-01-01 09:00:01+00 1");
  }

  @Test
  void blocksDueFireOfLimitedJob() {
    StoredJob job = database.job(CRON);
    database.update("insert into job_concurrency (job_id) values (?)", job.id());
    Instant later = Instant.now().plus(Duration.ofHours(1));

    List<Created> created =
        start(
            job,
            new Fire.Start(NINE, NINE, false),
            new Fire.Start(NINE.plusSeconds(1), later, false),
            new Fire.Start(NINE.plusSeconds(2), later, true));

    assertThat(created)
        .hasSize(3)
        .allSatisfy(one -> assertThat(one.jobId()).isEqualTo(job.id()))
        .allMatch(Created::limited);
    assertThat(database.texts("select state || ' ' || limited from instance order by id"))
        .containsExactly("2 true", "0 true", "2 true");
  }

  @Test
  void assignsIdsInFireOrder() {
    StoredJob job = database.job(CRON);
    List<Fire.Start> starts = new ArrayList<>();
    for (int second = 0; second < 50; second++) {
      Instant fireTime = NINE.plusSeconds(second);
      starts.add(new Fire.Start(fireTime, fireTime, false));
    }

    start(job, starts.toArray(Fire.Start[]::new));

    assertThat(
            database.numbers(
                "select extract(epoch from fire_time)::bigint from instance order by id"))
        .hasSize(50)
        .isSorted();
  }

  @Test
  void createsNoSecondInstanceForSameFireTime() {
    StoredJob job = database.job(CRON);
    start(job, new Fire.Start(NINE, NINE, false));

    List<Created> created =
        start(
            job,
            new Fire.Start(NINE, NINE, false),
            new Fire.Start(NINE.plusSeconds(1), NINE, false));

    assertThat(created).singleElement().matches(one -> !one.limited());
    assertThat(database.number("select count(*) from instance")).isEqualTo(2);
  }

  @Test
  void countsActiveAndQueuedInstancesPerJob() {
    StoredJob running = database.job();
    running.running(1, database.session(running));
    StoredJob queueing = database.job();
    queueing.instance(2, "state = 2", "waits_for_predecessors = true");
    queueing.instance(3, "state = 2", "waits_for_predecessors = true");
    queueing.instance(4);
    StoredJob backingOff = database.job();
    backingOff.instance(5, "state = 0", "attempt = 1");
    StoredJob idle = database.job();

    Map<Long, ActiveInstanceCount> active =
        database
            .hot()
            .transaction(
                connection ->
                    store.active(
                        connection,
                        List.of(running.id(), queueing.id(), backingOff.id(), idle.id())));

    assertThat(active)
        .containsOnly(
            Map.entry(running.id(), new ActiveInstanceCount(true, 0)),
            Map.entry(backingOff.id(), new ActiveInstanceCount(true, 0)),
            Map.entry(queueing.id(), new ActiveInstanceCount(true, 2)));
  }

  @Test
  void firesByCurrentVersion() {
    StoredJob job = due("now()");
    assertThat(lockDue(database.hot(), 10)).containsExactly(job.id());
    job.replaceVersion("{\"overlap\":\"allow\"," + CRON + "}");

    assertThat(due(database.hot()).triggers())
        .extracting(trigger -> trigger.job().rule().overlap())
        .containsExactly(OverlapPolicy.ALLOW);
  }

  @Test
  void reportsTriggerOfDeletedJobAsBroken() {
    StoredJob job = due("now()");
    database.update("update job set deleted_at = now() where id = ?", job.id());

    Due due = due(database.hot());

    assertThat(due.triggers()).isEmpty();
    assertThat(due.broken()).containsExactly(job.id());
  }

  @Test
  void reportsJobWithVersionOfAnotherJobAsBroken() {
    StoredJob job = due("now()");
    StoredJob other = database.job(CRON);
    database.update("update job set version_id = ? where id = ?", other.version(), job.id());

    Due due = due(database.hot());

    assertThat(due.triggers()).isEmpty();
    assertThat(due.broken()).containsExactly(job.id());
  }

  private Due due(EngineDatabase client) {
    return client.transaction(connection -> store.lockOnTime(connection, List.of(), 10));
  }

  private StoredJob due(String nextFireAt) {
    return database.job(CRON).trigger(nextFireAt);
  }

  /** Returns the jobs of the triggers on time, and then those of the late ones. */
  private List<Long> lockDue(EngineDatabase client, int limit) {
    return client.transaction(
        connection ->
            Stream.of(
                    store.lockOnTime(connection, List.of(), limit),
                    store.lockLate(connection, List.of(), limit))
                .flatMap(due -> due.triggers().stream())
                .map(trigger -> trigger.job().jobId())
                .toList());
  }

  private List<Created> start(StoredJob job, Fire.Start... starts) {
    return start(database.hot(), job, starts);
  }

  @Test
  void locksTriggerExactlyAtDueTime() {
    StoredJob job = due("'2026-01-01T09:00:00Z'");

    assertThat(lockDue(database.hotAt(NINE.minusMillis(1)), 10)).isEmpty();
    assertThat(lockDue(database.hotAt(NINE), 10)).containsExactly(job.id());
  }

  @Test
  void advancesOnlyGivenTriggers() {
    StoredJob job = due("'2026-01-01T09:00:00Z'");
    StoredJob last = due("'2026-01-01T09:00:00Z'");
    StoredJob other = due("'2026-01-01T09:00:00Z'");

    List<Instant> next = Arrays.asList(NINE.plusSeconds(60), null);
    database
        .hot()
        .transaction(
            connection -> {
              store.advance(connection, List.of(job.id(), last.id()), next);
              return null;
            });

    assertThat(
            database.texts(
                "select coalesce(next_fire_at::text, 'none') from trigger order by job_id"))
        .containsExactly("2026-01-01 09:01:00+00", "none", "2026-01-01 09:00:00+00");
    assertThat(other.id()).isGreaterThan(last.id());
  }

  @Test
  void ignoresLimitOfAnotherJob() {
    StoredJob job = database.job(CRON);
    database.update("insert into job_concurrency (job_id) values (?)", job.sibling("b").id());

    assertThat(start(job, new Fire.Start(NINE, NINE, false)))
        .extracting(Created::limited)
        .containsExactly(false);
    assertThat(database.texts("select state || ' ' || limited from instance"))
        .containsExactly("1 false");
  }

  @Test
  void marksFireReadyExactlyAtDueTime() {
    StoredJob job = database.job(CRON);

    start(database.hotAt(NINE), job, new Fire.Start(NINE, NINE, false));
    start(
        database.hotAt(NINE.minusMillis(1)), job, new Fire.Start(NINE.plusSeconds(1), NINE, false));

    assertThat(database.numbers("select state from instance order by fire_time"))
        .containsExactly(1L, 0L);
  }

  @Test
  void recordsSkippedAndReplacedFiresWithReasonAndCount() {
    StoredJob job = database.job(CRON);

    database
        .hot()
        .transaction(
            connection -> {
              FiringJob version = firing(job);
              store.skip(
                  connection,
                  List.of(
                      new Skipped(version, InstanceState.SKIPPED, NINE, EndReason.MISSED, 3),
                      new Skipped(
                          version,
                          InstanceState.CANCELED,
                          NINE.plusSeconds(1),
                          EndReason.REPLACED,
                          null)));
              return null;
            });

    assertThat(
            database.texts(
                "select job_id || ' ' || state || ' ' || reason || ' '"
                    + " || coalesce(skipped_count::text, 'one') || ' ' || fire_time"
                    + " from instance_history order by fire_time"))
        .containsExactly(
            job.id() + " 14 MISSED 3 2026-01-01 09:00:00+00",
            job.id() + " 13 REPLACED one 2026-01-01 09:00:01+00");
  }

  private static FiringJob firing(StoredJob job) {
    return new FiringJob(job.id(), "app", "job", job.version(), 1, job.lane(), 5, null);
  }

  private List<Created> start(EngineDatabase client, StoredJob job, Fire.Start... starts) {
    return client.transaction(
        connection -> {
          FiringJob version = firing(job);
          return store.start(
              connection,
              Arrays.stream(starts).map(start -> new Started(version, start, false)).toList());
        });
  }
}
