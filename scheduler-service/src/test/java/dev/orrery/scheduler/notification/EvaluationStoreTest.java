package dev.orrery.scheduler.notification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.database.EngineDatabase;
import dev.orrery.scheduler.database.SqlWork;
import dev.orrery.scheduler.database.StoreDatabase;
import dev.orrery.scheduler.database.StoreTest;
import dev.orrery.scheduler.database.StoredJob;
import dev.orrery.scheduler.notification.EvaluationStore.Changed;
import dev.orrery.scheduler.notification.EvaluationStore.Pair;
import dev.orrery.scheduler.notification.EvaluationStore.PendingEvent;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which jobs are late or have recovered, and for which webhooks. */
@QuarkusTest
class EvaluationStoreTest extends StoreTest {
  private static final String TOO_LONG = "due_at = now() - interval '61 minutes'";
  private static final String NOT_TOO_LONG = "due_at = now() - interval '59 minutes'";

  private StoredJob job;
  private Pair pair;

  @BeforeEach
  void createRows() {
    job = database.job();
    pair = new Pair(webhook(job), job.id());
  }

  @Test
  void lateIsWhatWaitsTooLong() {
    job.instance(1, NOT_TOO_LONG);
    assertNotLate("it has not waited too long");

    job.instance(2, TOO_LONG, "state = 0");
    job.instance(3, TOO_LONG, "state = 2");
    job.instance(4, TOO_LONG);

    assertThat(late()).extracting(Changed::number).containsExactly(3);
  }

  @Test
  void ofWhatIsLateTheOldestIsNamed() {
    job.instance(1, TOO_LONG);
    job.instance(2, "due_at = now() - interval '3 hours'");

    assertThat(late()).extracting(Changed::instance).containsExactly(2L);
  }

  @Test
  void whatRunsIsNotLate() {
    job.running(1, database.session(job), TOO_LONG);

    assertNotLate("it runs");
  }

  @Test
  void whatWaitsInAPausedAppIsNotLate() {
    job.instance(1, TOO_LONG);
    job.pauseApp();

    assertNotLate("its app is paused");
  }

  @Test
  void whatWaitsOfAPausedJobIsNotLate() {
    job.instance(1, TOO_LONG);
    job.pause();

    assertNotLate("its job is paused");
  }

  @Test
  void whatIsLeftOfADeletedJobIsNotLate() {
    job.instance(1, TOO_LONG);
    database.update("update job set deleted_at = now()");

    assertNotLate("its job was deleted");
  }

  @Test
  void onlySubscribedWebhooksGetEvents() {
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
  void lateIsOneEventUntilItIsLateNoMore() {
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
  void successAfterTheFailureIsARecovery() {
    failing(1);
    succeeded(2, "1 minute");
    succeeded(3, "2 minutes");

    assertThat(recovered()).extracting(Changed::pair).containsExactly(pair);
    assertThat(recovered()).extracting(Changed::instance).as("the first to end").containsOnly(3L);
  }

  @Test
  void disabledWebhookDoesNotHearOfARecovery() {
    failing(1);
    succeeded(2, "1 minute");
    database.update("update webhook set enabled = false");

    assertThat(recovered()).isEmpty();
  }

  @Test
  void recoveryIsSentToSubscribedWebhooksOnly() {
    failing(1);
    succeeded(2, "1 minute");
    assertThat(recovered()).extracting(Changed::told).containsExactly(true);

    database.update("update webhook set events = '{failed}'");
    assertThat(recovered()).extracting(Changed::told).containsExactly(false);
  }

  @Test
  void jobThatIsWellDoesNotRecover() {
    failing(1);
    succeeded(2, "1 minute");

    run(
        connection -> {
          EvaluationStore.setWell(connection, pair);
          return null;
        });

    assertThat(recovered()).isEmpty();
  }

  @Test
  void oldestNoticesAreTakenFirstAndOnce() {
    for (long instance = 1; instance <= 3; instance++) {
      database.update(
          """
          insert into webhook_event (job_id, instance_id, state, fires, at)
          values (?, ?, 11, 1, now())
          """,
          job.id(),
          instance);
    }

    assertThat(takeEvents(2)).extracting(PendingEvent::instance).containsExactly(1L, 2L);
    assertThat(takeEvents(2)).extracting(PendingEvent::instance).containsExactly(3L);
    assertThat(takeEvents(2)).isEmpty();
  }

  @Test
  void webhooksAreThoseOfTheAppsThatAreEnabled() {
    StoredJob other = database.job();
    long others = webhook(other);
    assertThat(webhooks(job.app())).containsExactly(pair.webhook());
    assertThat(webhooks(job.app(), other.app())).containsExactly(pair.webhook(), others);

    database.update("update webhook set enabled = false where id = ?", others);
    assertThat(webhooks(job.app(), other.app())).containsExactly(pair.webhook());
  }

  @Test
  void oneReplicaEvaluatesAtATime() {
    StoreDatabase.Client first = database.begin();
    assertThat(tryLock(first)).isTrue();

    assertThat(database.callWithoutBlocking(EvaluationStoreTest::tryLock))
        .as("a second replica evaluates")
        .isFalse();
    first.commit();
    assertThat(tryLock(database.hot())).isTrue();
  }

  private static boolean tryLock(EngineDatabase client) {
    return client.transaction(EvaluationStore::tryLock);
  }

  /** Minds everything, and calls late what waits for an hour. */
  private long webhook(StoredJob of) {
    database.update(
        """
        insert into webhook (app_id, name, version, url, events, threshold, window_millis,
          late_after_millis, enabled, secret)
        values (?, 'ops', 1, 'http://x/', '{failed,recovered,missed,late}', 1, 60000, 3600000, true,
          '')
        """,
        of.app());
    return database.number("select id from webhook where app_id = ?", of.app());
  }

  private void failing(long lastFailure) {
    JobHealth failing = new JobHealth(List.of(), Instant.now().minusSeconds(600), lastFailure);
    run(
        connection -> {
          EvaluationStore.put(connection, pair, failing);
          return null;
        });
  }

  private void succeeded(long id, String ago) {
    database.update(
        """
        insert into instance_history (id, job_id, job_version_id, due_at, ended_at, attempt, state,
          priority, reported)
        values (?, ?, ?, now(), now() - interval '%s', 1, 10, 5, true)
        """
            .formatted(ago),
        id,
        job.id(),
        job.version());
  }

  private void assertNotLate(String because) {
    assertThat(late()).as("late, though %s", because).isEmpty();
  }

  private List<Changed> late() {
    return run(EvaluationStore::late);
  }

  private List<Changed> recovered() {
    return run(EvaluationStore::recovered);
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
