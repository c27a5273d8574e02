package dev.orrery.scheduler.extras.notification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.base.database.StoreDatabase.Client;
import dev.orrery.scheduler.base.database.StoreTest;
import dev.orrery.scheduler.base.database.StoredJob;
import dev.orrery.scheduler.extras.notification.PendingWorkStore.PendingWork;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Queries for pending work of the notification loop, and its deletes. */
class PendingWorkStoreTest extends StoreTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final Duration DAY = Duration.ofDays(1);

  private StoredJob job;
  private long webhook;

  @BeforeEach
  void createRows() {
    job = database.job();
    webhook = job.webhook("ops", "{failed}");
  }

  @Test
  void reportsNoPendingWorkForUpToDateWebhook() {
    database.update("insert into webhook_job_health (webhook_id, job_id) values (?, 1)", webhook);
    delivery(1, NOON);

    assertThat(atNoon()).isEqualTo(new PendingWork(false, false, false, false, false, false));
  }

  @Test
  void reportsPendingWorkForStoredEndEvent() {
    database.update(
        """
        insert into webhook_event (app_id, job_id, instance_id, state, fires, at)
        values (?, ?, 1, 11, 1, now())
        """,
        job.app(),
        job.id());

    assertThat(atNoon()).isEqualTo(new PendingWork(true, false, false, false, false, false));
  }

  @Test
  void reportsPendingWorkForFailingJob() {
    database.update(
        "insert into webhook_job_health (webhook_id, job_id, failing_since) values (?, 1, now())",
        webhook);

    assertThat(atNoon()).isEqualTo(new PendingWork(false, true, false, false, false, false));
  }

  @Test
  void watchesForLateJobsOnlyForEnabledWebhook() {
    database.update("update webhook set events = '{failed,late}'");
    assertThat(atNoon()).isEqualTo(new PendingWork(false, false, true, false, false, false));

    database.update("update webhook set enabled = false");
    assertThat(atNoon()).isEqualTo(new PendingWork(false, false, false, false, false, false));
  }

  @Test
  void reportsMessagePendingOnlyOnceDue() {
    delivery(0, NOON.plusMillis(1));
    assertThat(atNoon().waiting()).isFalse();

    delivery(0, NOON);
    assertThat(atNoon()).isEqualTo(new PendingWork(false, false, false, false, false, true));
  }

  @Test
  void prunesEndedDeliveriesOnlyBeyondRetentionAge() {
    delivery(0, NOON);
    for (Instant ended : List.of(NOON.minus(DAY), NOON.minus(DAY).minusMillis(1))) {
      long id = delivery(1, NOON);
      database.update(
          "update webhook_delivery set ended_at = ?::timestamptz where id = ?",
          ended.toString(),
          id);
    }

    new PendingWorkStore(database.hotAt(NOON)).prune(DAY);

    assertThat(database.texts("select ended_at from webhook_delivery order by id"))
        .containsExactly(null, "2026-02-28 12:00:00+00");
  }

  @Test
  void prunesDeliveriesInBoundedSteps() {
    database.update(
        """
        insert into webhook_delivery (webhook_id, event, body, state, ended_at)
        select ?, 'failed', '{}', 1, '2026-01-01' from generate_series(1, ?)
        """,
        webhook,
        DELETE_STEP + 1);
    Client client = database.hot();
    int before = client.calls();

    new PendingWorkStore(client).prune(DAY);

    assertThat(client.calls() - before).as("two steps, and the deleted jobs").isEqualTo(3);
    assertThat(database.number("select count(*) from webhook_delivery")).isZero();
  }

  @Test
  void prunesJobHealthOneDayAfterDeletionOfJob() {
    StoredJob lately = job.sibling("lately");
    StoredJob earlier = job.sibling("earlier");
    for (StoredJob one : List.of(job, lately, earlier)) {
      database.update(
          "insert into webhook_job_health (webhook_id, job_id) values (?, ?)", webhook, one.id());
      database.update("insert into job_failing values (?, 1, now(), now(), 1)", one.id());
    }
    delete(lately, NOON.minus(DAY));
    delete(earlier, NOON.minus(DAY).minusMillis(1));

    new PendingWorkStore(database.hotAt(NOON)).prune(DAY);

    assertThat(database.numbers("select job_id from webhook_job_health order by 1"))
        .containsExactly(job.id(), lately.id());
    assertThat(database.numbers("select job_id from job_failing order by 1"))
        .containsExactly(job.id(), lately.id());
  }

  /** Its row ends an hour after its deletion if it has no instances. */
  @Test
  void prunesHealthOfJobThatNoLongerExists() {
    database.update(
        "insert into webhook_job_health (webhook_id, job_id) values (?, ?), (?, 7)",
        webhook,
        job.id(),
        webhook);

    new PendingWorkStore(database.hot()).prune(DAY);

    assertThat(database.numbers("select job_id from webhook_job_health")).containsExactly(job.id());
  }

  private void delete(StoredJob one, Instant at) {
    database.update(
        "update job set deleted_at = ?::timestamptz where id = ?", at.toString(), one.id());
  }

  private long delivery(int state, Instant nextTry) {
    database.update(
        """
        insert into webhook_delivery (webhook_id, event, body, state, next_try_at)
        values (?, 'failed', '{}', ?, ?::timestamptz)
        """,
        webhook,
        state,
        nextTry.toString());
    return database.number("select max(id) from webhook_delivery");
  }

  private PendingWork atNoon() {
    return new PendingWorkStore(database.hotAt(NOON)).query();
  }
}
