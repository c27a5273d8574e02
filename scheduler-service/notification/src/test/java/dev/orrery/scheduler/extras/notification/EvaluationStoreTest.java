package dev.orrery.scheduler.extras.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.SqlWork;
import dev.orrery.scheduler.base.database.StoreDatabase;
import dev.orrery.scheduler.base.database.StoreTest;
import dev.orrery.scheduler.base.database.StoredJob;
import dev.orrery.scheduler.extras.notification.EvaluationStore.Changed;
import dev.orrery.scheduler.extras.notification.EvaluationStore.Failing;
import dev.orrery.scheduler.extras.notification.EvaluationStore.JobKey;
import dev.orrery.scheduler.extras.notification.EvaluationStore.Pair;
import dev.orrery.scheduler.extras.notification.EvaluationStore.PendingEvent;
import dev.orrery.scheduler.extras.notification.EvaluationStore.Told;
import dev.orrery.scheduler.extras.notification.EvaluationStore.Waits;
import dev.orrery.scheduler.model.instance.MissingView;
import dev.orrery.scheduler.model.instance.WaitingFor;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Queries for late and failing jobs, and for the webhooks to notify. */
class EvaluationStoreTest extends StoreTest {
  private static final String TOO_LONG = "due_at = now() - interval '61 minutes'";
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final String NOT_TOO_LONG = "due_at = now() - interval '59 minutes'";

  private StoredJob job;
  private Pair pair;

  @BeforeEach
  void createRows() {
    job = database.job();
    pair = new Pair(webhook(job), job.id());
  }

  @Test
  void treatsReadyRunWaitingTooLongAsLate() {
    job.instance(1, NOT_TOO_LONG);
    assertNotLate("it has not waited too long");

    job.instance(2, TOO_LONG, "state = 0");
    job.instance(3, TOO_LONG, "state = 2");
    job.instance(4, TOO_LONG);

    assertThat(late()).extracting(Changed::number).containsExactly(3);
  }

  @Test
  void namesOldestLateRun() {
    job.instance(1, TOO_LONG);
    job.instance(2, "due_at = now() - interval '3 hours'");

    assertThat(late()).extracting(Changed::instance).containsExactly(2L);
  }

  @Test
  void ignoresRunsThatRunOrAreOfPausedOrDeletedJobInLateCheck() {
    job.running(1, database.session(job), TOO_LONG);
    assertNotLate("it runs");

    job.instance(2, TOO_LONG);
    job.pauseApp();
    assertNotLate("its app is paused");

    database.update("update app set paused = false");
    job.pause();
    assertNotLate("its job is paused");

    database.update("update job set paused = false");
    assertThat(late()).hasSize(1);
    database.update("update job set deleted_at = now()");
    assertNotLate("its job was deleted");
  }

  /** Its runs still wait, so that it is late is neither told anew nor over. */
  @Test
  void keepsLateJobThatIsPaused() {
    job.instance(1, TOO_LONG);
    setLate(pair, NOON);
    job.pause();

    assertThat(late()).extracting(Changed::told).containsExactly(false);
  }

  @Test
  void closesAlarmsOfJob() {
    database.update("update webhook set events = '{closed}'");
    setLate(pair, NOON);
    put(pair, NOON, 1);

    assertThat(close("overdue")).isEmpty();
    assertThat(close(null))
        .extracting(Told::alarm)
        .containsExactly(WebhookEvent.FAILED, WebhookEvent.LATE);
    assertThat(close(null)).isEmpty();
  }

  private List<Told> close(String alarm) {
    return run(connection -> EvaluationStore.close(connection, List.of(job.id()), alarm));
  }

  @Test
  void findsLateRunsOnlyForSubscribedEnabledWebhooks() {
    job.instance(1, TOO_LONG);
    webhook(database.job());
    assertThat(late()).extracting(Changed::pair).containsExactly(pair);

    database.update("update webhook set jobs = '{another}'");
    assertNotLate("the webhook is for another job");

    database.update("update webhook set jobs = '{job}'");
    assertThat(late()).as("the webhook is for this job").hasSize(1);

    database.update("update webhook set events = '{failed}'");
    assertNotLate("the webhook is for another event");

    database.update("update webhook set events = '{late}', enabled = false");
    assertNotLate("the webhook is disabled");
  }

  @Test
  void findsLateRunsOnlyOfJobsMatchingWebhookLabels() {
    job.instance(1, TOO_LONG);
    database.update("update webhook set label_names = '{team,tier}', label_values = '{ops,gold}'");
    assertNotLate("the job has no label");

    label("team", "ops");
    label("tier", "silver");
    assertNotLate("one label of the job has another value");

    database.update("update job_label set value = 'gold' where name = 'tier'");
    assertThat(late()).as("the job has both").hasSize(1);

    database.update("update webhook set jobs = '{another}'");
    assertNotLate("the webhook is also for another job");
  }

  @Test
  void returnsJobLabelsWithEvents() {
    label("tier", "gold");
    label("team", "ops");
    database.update(
        """
        insert into webhook_event (app_id, job_id, instance_id, state, fires, at)
        values (?, ?, 1, 11, 1, now())
        """,
        job.app(),
        job.id());

    assertThat(takeEvents(1))
        .extracting(event -> event.job().labels())
        .containsExactly(Map.of("team", "ops", "tier", "gold"));
  }

  private void label(String name, String value) {
    database.update(
        "insert into job_label (app_id, job_id, name, value) values (?, ?, ?, ?)",
        job.app(),
        job.id(),
        name,
        value);
  }

  @Test
  void announcesLateJobOnlyOnceUntilLatenessIsCleared() {
    job.instance(1, TOO_LONG);
    assertThat(late()).extracting(Changed::told).containsExactly(true);

    Changed late = late().get(0);
    run(
        connection -> {
          EvaluationStore.setLate(connection, late);
          EvaluationStore.clearLate(connection, List.of(pair));
          return null;
        });
    assertThat(late()).extracting(Changed::told).as("told a second time").containsExactly(false);

    run(
        connection -> {
          EvaluationStore.clearLate(connection, List.of(new Pair(pair.webhook(), pair.job() + 1)));
          return null;
        });
    assertThat(late()).extracting(Changed::told).as("told again").containsExactly(true);
  }

  @Test
  void alternatesBetweenAppsForPendingEvents() {
    for (long instance = 1; instance <= 5; instance++) {
      event(job, instance);
    }
    event(database.job(), 6);

    assertThat(takeEvents(3)).extracting(PendingEvent::instance).containsExactly(1L, 2L, 6L);
    assertThat(takeEvents(5)).extracting(PendingEvent::instance).containsExactly(3L, 4L, 5L);
  }

  private void event(StoredJob of, long instance) {
    database.update(
        """
        insert into webhook_event (app_id, job_id, instance_id, state, fires, at)
        values (?, ?, ?, 11, 1, now())
        """,
        of.app(),
        of.id(),
        instance);
  }

  @Test
  void findsEnabledWebhooksOfGivenApps() {
    StoredJob other = database.job();
    long others = webhook(other);
    assertThat(webhooks(job.app())).containsExactly(pair.webhook());
    assertThat(webhooks(job.app(), other.app())).containsExactly(pair.webhook(), others);

    database.update("update webhook set enabled = false where id = ?", others);
    assertThat(webhooks(job.app(), other.app())).containsExactly(pair.webhook());
  }

  @Test
  void allowsOnlyOneReplicaToEvaluate() {
    StoreDatabase.Client first = database.begin();
    assertThat(tryLock(first)).isTrue();

    assertThat(database.callWithoutBlocking(EvaluationStoreTest::tryLock))
        .as("a second replica evaluates")
        .isFalse();
    first.commit();
    assertThat(tryLock(database.hot())).isTrue();
  }

  @Test
  void findsFailingJobsDueForReminder() {
    job.ended(1, 11, "error = 'exit code 1'");
    put(pair, NOON, 1);
    Instant due = NOON.plus(Duration.ofHours(1));
    assertThat(stillFailingAt(due.plusMillis(1))).as("no reminder is wanted").isEmpty();

    database.update("update webhook set remind_after_millis = 3600000");
    assertThat(stillFailingAt(due)).as("an hour is not over").isEmpty();
    Failing found = stillFailingAt(due.plusMillis(1)).get(0);
    assertThat(found.pair()).isEqualTo(pair);
    assertThat(found.instance()).isEqualTo(1);
    assertThat(found.error()).isEqualTo("exit code 1");
    assertThat(found.since()).isEqualTo(NOON);

    database
        .hotAt(due.plusMillis(1))
        .transaction(
            connection -> {
              EvaluationStore.setReminded(connection, pair);
              return null;
            });
    put(pair, NOON, 1);
    assertThat(stillFailingAt(due.plusMillis(2))).as("it was told just now").isEmpty();
    assertThat(stillFailingAt(due.plusMillis(2).plus(Duration.ofHours(1)))).hasSize(1);

    database.update("update webhook set label_names = '{team}', label_values = '{ops}'");
    Instant later = due.plus(Duration.ofDays(9));
    assertThat(stillFailingAt(later)).as("it has no label any more").isEmpty();
    label("team", "ops");
    assertThat(stillFailingAt(later)).hasSize(1);

    job.pause();
    assertThat(stillFailingAt(later)).as("it is paused").isEmpty();
  }

  @Test
  void findsNoReminderForRecoveredJob() {
    job.ended(1, 11, "error = 'exit code 1'");
    put(pair, NOON, 1);
    database.update("update webhook set remind_after_millis = 3600000");
    run(
        connection -> {
          EvaluationStore.setReminded(connection, pair);
          EvaluationStore.put(connection, pair, JobHealth.WELL);
          return null;
        });

    assertThat(stillFailingAt(NOON.plus(Duration.ofDays(9)))).isEmpty();
    assertThat(database.number("select count(*) from webhook_job_health where reminded_at is null"))
        .isOne();
  }

  @Test
  void countsReminderFromLaterFailureAfterClosedAlarm() {
    job.ended(1, 11, "error = 'exit code 1'");
    database.update("update webhook set remind_after_millis = 3600000");
    put(pair, NOON, 1);
    Instant reminded = NOON.plus(Duration.ofHours(2));
    database
        .hotAt(reminded)
        .transaction(
            connection -> {
              EvaluationStore.setReminded(connection, pair);
              return EvaluationStore.close(connection, List.of(pair.job()), null);
            });
    Instant again = NOON.plus(Duration.ofDays(1));
    put(pair, again, 1);

    assertThat(stillFailingAt(again.plusSeconds(1))).isEmpty();
    assertThat(stillFailingAt(again.plus(Duration.ofHours(1)).plusMillis(1))).hasSize(1);
  }

  private List<Failing> stillFailingAt(Instant now) {
    return database.hotAt(now).transaction(EvaluationStore::stillFailing);
  }

  @Test
  void returnsReasonsOfWaitingInstances() {
    job.instance(1, TOO_LONG);
    job.instance(2, "state = 2");
    job.instance(3, "state = 2, waits_for_predecessors = true");
    job.instance(4, "state = 4");

    Map<Long, Waits> reasons =
        run(connection -> EvaluationStore.reasons(connection, List.of(1L, 2L, 3L, 4L, 5L)));

    assertThat(reasons)
        .containsOnly(
            Map.entry(1L, new Waits(WaitingFor.NO_WORKER, null)),
            Map.entry(2L, new Waits(WaitingFor.CONCURRENCY, null)),
            Map.entry(3L, new Waits(WaitingFor.OVERLAP, null)));
  }

  @Test
  void namesWhatNoWorkerHas() {
    job.instance(1, TOO_LONG);
    job.instance(2, TOO_LONG, "state = 2");
    database.session(job);
    database.update("update worker_session set processors = '{other}'");

    Map<Long, Waits> reasons =
        run(connection -> EvaluationStore.reasons(connection, List.of(1L, 2L)));

    assertThat(reasons)
        .containsOnly(
            Map.entry(
                1L, new Waits(WaitingFor.NO_MATCHING_WORKER, new MissingView("noop", List.of()))),
            Map.entry(2L, new Waits(WaitingFor.CONCURRENCY, null)));
  }

  @Test
  void tellsWhenLastMissedFireWasDue() {
    job.ended(
        1,
        14,
        "due_at = '" + NOON + "'",
        "attempt = 0",
        "reported = false",
        "reason = 'MISSED'",
        "skipped_count = 3");

    assertThat(takeEvents(1))
        .extracting(PendingEvent::at, PendingEvent::fires)
        .containsExactly(tuple(NOON, 3));
  }

  @Test
  void readsTimeLimitOfVersionThatRan() {
    job.version("timeout = interval '90 s'");
    job.ended(1, 12, "error = 'timed out'");
    StoredJob other = job.sibling("other");

    assertThat(facts(pair, 1L).timeout()).isEqualTo(Duration.ofSeconds(90));
    assertThat(facts(pair, null).timeout()).isNull();
    assertThat(facts(new Pair(pair.webhook(), other.id()), 1L).timeout()).isNull();
  }

  private JobFactsStore.JobFacts facts(Pair of, Long timedOut) {
    return run(connection -> JobFactsStore.of(connection, of, timedOut, new ObjectMapper()));
  }

  @Test
  void returnsLastStoredHealthPerWebhookAndJob() {
    StoredJob other = job.sibling("other");
    long others = webhook(database.job());
    JobHealth first = new JobHealth(List.of(NOON), null, null);
    JobHealth second = new JobHealth(List.of(), NOON.plusSeconds(1), 7L);
    run(
        connection -> {
          for (Pair one : List.of(pair, new Pair(pair.webhook(), other.id()))) {
            EvaluationStore.put(connection, one, first);
          }
          EvaluationStore.put(connection, new Pair(others, job.id()), first);
          EvaluationStore.put(connection, pair, second);
          return null;
        });

    assertThat(health(List.of(pair.webhook()), List.of(job.id()))).isEqualTo(Map.of(pair, second));
    assertThat(health(List.of(pair.webhook(), others), List.of(job.id(), other.id())))
        .containsEntry(new Pair(pair.webhook(), other.id()), first)
        .containsEntry(new Pair(others, job.id()), first)
        .hasSize(3);
  }

  @Test
  void keepsLatestLateTimeOfJob() {
    for (Instant at : List.of(NOON, NOON.plusSeconds(5))) {
      setLate(pair, at);
    }

    assertThat(database.texts("select late_since from webhook_job_health"))
        .containsExactly("2026-03-01 12:00:05+00");
  }

  /** Another job of this webhook, and this job of another webhook, are late no more. */
  @Test
  void clearsLatenessExceptForPairsStillLate() {
    Pair otherJob = new Pair(pair.webhook(), job.sibling("other").id());
    Pair otherWebhook = new Pair(webhook(database.job()), job.id());
    List.of(pair, otherJob, otherWebhook).forEach(one -> setLate(one, NOON));

    run(
        connection -> {
          EvaluationStore.clearLate(connection, List.of(pair));
          return null;
        });

    assertThat(
            database.texts(
                """
                select webhook_id || ' ' || job_id from webhook_job_health
                where late_since is not null
                """))
        .containsExactly(pair.webhook() + " " + pair.job());
  }

  /** Rows stand in the table against the order of their ids. */
  @Test
  void returnsPendingEventsInIdOrderWithJobAndApp() {
    StoredJob other = database.job();
    for (int id = 3; id >= 1; id--) {
      database.update(
          """
          insert into webhook_event (id, app_id, job_id, instance_id, state, fires, at)
          overriding system value values (?, ?, ?, ?, 11, 1, now())
          """,
          id,
          (id == 2 ? other : job).app(),
          (id == 2 ? other : job).id(),
          100 + id);
    }

    List<PendingEvent> taken = takeEvents(2);

    assertThat(taken).extracting(PendingEvent::instance).containsExactly(101L, 102L);
    assertThat(taken)
        .extracting(PendingEvent::job)
        .containsExactly(
            new JobKey(job.id(), job.app(), app(job), "job", false, Map.of()),
            new JobKey(other.id(), other.app(), app(other), "job", false, Map.of()));
    assertThat(takeEvents(2)).extracting(PendingEvent::instance).containsExactly(103L);
  }

  @Test
  void findsRunLateOnlyBeyondThresholdOfWebhook() {
    job.instance(1, "due_at = '" + NOON + "'");

    assertThat(lateAt(NOON.plus(Duration.ofHours(1)))).isEmpty();
    assertThat(lateAt(NOON.plus(Duration.ofHours(1)).plusMillis(1)))
        .extracting(Changed::at)
        .containsExactly(NOON);
  }

  @Test
  void searchesLateRunsAmongOldestHundredWaiting() {
    for (int id = 101; id >= 1; id--) {
      job.instance(id);
    }
    database.update("update instance set " + TOO_LONG + " where id = 101");
    assertNotLate("the 101st is not looked at");

    database.update("update instance set " + TOO_LONG + " where id = 100");
    assertThat(late()).extracting(Changed::instance).containsExactly(100L);
  }

  @Test
  void returnsLateJobsSeparatelyPerWebhookInOrder() {
    StoredJob second = job.sibling("second");
    List<Pair> pairs = pairsOfTwoWebhooks(second);
    StoredJob foreign = database.job();
    foreign.instance(1, TOO_LONG);
    second.instance(2, TOO_LONG);
    second.instance(3, TOO_LONG);
    job.instance(4, TOO_LONG);
    setLate(pairs.get(1), NOON);

    List<Changed> late = late();

    assertThat(late).extracting(Changed::pair).containsExactlyElementsOf(pairs);
    assertThat(late).extracting(Changed::told).containsExactly(true, false, true, true);
    assertThat(late).extracting(Changed::number).containsExactly(1, 2, 1, 2);
    assertThat(late).extracting(Changed::job).containsExactly("job", "second", "job", "second");
    assertThat(late).extracting(Changed::app).containsOnly(app(job));
  }

  @Test
  void returnsWebhooksInIdOrder() {
    long other = webhook(database.job());
    database.update("update webhook set url = 'http://y/' where id = ?", pair.webhook());
    List<Integer> apps =
        database.numbers("select id from app").stream().map(Long::intValue).toList();

    assertThat(webhooks(apps.toArray(Integer[]::new))).containsExactly(pair.webhook(), other);
  }

  private static boolean tryLock(EngineDatabase client) {
    return client.transaction(EvaluationStore::tryLock);
  }

  /** In the order of webhooks and then of jobs. */
  private List<Pair> pairsOfTwoWebhooks(StoredJob second) {
    long other = webhook(job, "other");
    return List.of(
        pair,
        new Pair(pair.webhook(), second.id()),
        new Pair(other, job.id()),
        new Pair(other, second.id()));
  }

  private static long webhook(StoredJob of) {
    return webhook(of, "ops");
  }

  private static long webhook(StoredJob of, String name) {
    return of.webhook(name, "{failed,recovered,missed,late}");
  }

  private void put(Pair of, Instant failingSince, long lastFailure) {
    run(
        connection -> {
          EvaluationStore.put(connection, of, new JobHealth(List.of(), failingSince, lastFailure));
          return null;
        });
  }

  private void setLate(Pair of, Instant at) {
    run(
        connection -> {
          EvaluationStore.setLate(connection, new Changed(of, true, "app", "job", 1, at, 1));
          return null;
        });
  }

  private Map<Pair, JobHealth> health(List<Long> webhooks, List<Long> jobs) {
    return run(connection -> EvaluationStore.health(connection, webhooks, jobs));
  }

  private String app(StoredJob of) {
    return database.texts("select name from app where id = ?", of.app()).get(0);
  }

  private void assertNotLate(String because) {
    assertThat(late()).as("late, though %s", because).isEmpty();
  }

  private List<Changed> late() {
    return run(EvaluationStore::late);
  }

  private List<Changed> lateAt(Instant now) {
    return database.hotAt(now).transaction(EvaluationStore::late);
  }

  private List<PendingEvent> takeEvents(int limit) {
    return run(connection -> EvaluationStore.takeEvents(connection, limit));
  }

  private List<Long> webhooks(Integer... apps) {
    return run(connection -> EvaluationStore.webhooks(connection, List.of(apps))).stream()
        .map(Webhook::id)
        .toList();
  }

  private <T> T run(SqlWork<T> work) {
    return database.hot().transaction(work);
  }
}
