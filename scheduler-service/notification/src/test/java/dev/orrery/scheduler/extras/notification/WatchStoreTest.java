package dev.orrery.scheduler.extras.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.orrery.scheduler.base.database.SqlWork;
import dev.orrery.scheduler.base.database.StoreDatabase.Client;
import dev.orrery.scheduler.base.database.StoreTest;
import dev.orrery.scheduler.base.database.StoredJob;
import dev.orrery.scheduler.extras.notification.EvaluationStore.JobKey;
import dev.orrery.scheduler.extras.notification.EvaluationStore.Pair;
import dev.orrery.scheduler.extras.notification.EvaluationStore.PendingEvent;
import dev.orrery.scheduler.extras.notification.WatchStore.Looked;
import dev.orrery.scheduler.extras.notification.WatchStore.Overdue;
import dev.orrery.scheduler.extras.notification.WatchStore.Slow;
import dev.orrery.scheduler.extras.notification.WatchStore.ToPause;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Queries for jobs that are overdue, slow or to be paused, and the times of their next checks. */
class WatchStoreTest extends StoreTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final Duration HOUR = Duration.ofHours(1);
  private static final int SUCCEEDED = 10;
  private static final int FAILED = 11;
  private static final int TIMED_OUT = 12;
  private static final int CANCELED = 13;
  private static final int SKIPPED = 14;

  private StoredJob job;

  @BeforeEach
  void createJob() {
    job = database.job();
    looked(NOON.plus(Duration.ofDays(1000)));
  }

  @Test
  void reportsJobThatNeverRanOverdueAfterPeriod() {
    expectSuccess(job, HOUR, NOON);

    assertThat(lookAt(NOON.plus(HOUR).minusMillis(1)))
        .extracting(Looked::isOverdue)
        .containsOnly(false);
    assertThat(nextCheck()).isEqualTo("2026-03-01 13:00:00+00");

    Looked overdue = lookAt(NOON.plus(HOUR)).get(0);
    assertThat(overdue.isOverdue()).isTrue();
    assertThat(overdue.recoveredAt()).isNull();
    assertThat(overdue.countedFrom()).isEqualTo(NOON);
    assertThat(nextCheck()).isEqualTo("2026-03-01 13:01:00+00");
  }

  @Test
  void countsFromLastSuccessAndIgnoresFailures() {
    expectSuccess(job, HOUR, NOON);
    ended(1, SUCCEEDED, NOON.plusSeconds(600));
    ended(2, FAILED, NOON.plusSeconds(1200));

    Looked looked = lookAt(NOON.plus(HOUR)).get(0);

    assertThat(looked.isOverdue()).isFalse();
    assertThat(looked.success()).isEqualTo(1);
    assertThat(nextCheck()).isEqualTo("2026-03-01 13:10:00+00");
    assertThat(lookAt(NOON.plus(HOUR).plusSeconds(600)))
        .extracting(Looked::isOverdue)
        .containsOnly(true);
  }

  @Test
  void countsFromLatestEndRegardlessOfInstanceId() {
    expectSuccess(job, HOUR, NOON);
    ended(1, SUCCEEDED, NOON.plusSeconds(1800));
    ended(2, SUCCEEDED, NOON.plusSeconds(60));

    assertThat(lookAt(NOON.plus(HOUR)).get(0).countedFrom()).isEqualTo(NOON.plusSeconds(1800));
  }

  /** A job that fails each second has no success among its newest instances. */
  @Test
  void findsSuccessBehindManyFailuresInEndCounts() {
    expectSuccess(job, HOUR, NOON);
    for (int n = 1; n <= 250; n++) {
      ended(n, FAILED, NOON.plusSeconds(1800 + n));
    }
    database.update(
        """
        insert into end_count (app_id, job_id, start_at, minutes, state, lateness, ends)
        values (?, ?, '2026-03-01T12:20:00Z', 1, 10, -1, 1),
          (?, ?, '2026-03-01T12:30:00Z', 1, 11, -1, 250)
        """,
        job.app(),
        job.id(),
        job.app(),
        job.id());

    Looked looked = lookAt(NOON.plus(HOUR)).get(0);

    assertThat(looked.isOverdue()).isFalse();
    assertThat(looked.success()).isNull();
    assertThat(looked.countedFrom()).isEqualTo("2026-03-01T12:21:00Z");
  }

  /** Its history may be kept for a shorter time than the period. */
  @Test
  void remembersSuccessDeletedFromHistory() {
    Duration period = Duration.ofDays(60);
    expectSuccess(job, period, NOON);
    Instant success = NOON.plus(Duration.ofDays(25));
    ended(1, SUCCEEDED, success);
    lookAt(success.plusSeconds(1));
    assertThat(nextCheck()).as("at least once a day").isEqualTo("2026-03-27 12:00:01+00");
    database.update("delete from instance_history");

    assertThat(lookAt(success.plus(period).minusMillis(1)))
        .extracting(Looked::isOverdue)
        .containsOnly(false);
    assertThat(lookAt(success.plus(period))).extracting(Looked::isOverdue).containsOnly(true);
  }

  /** The last success before is of the period before, even with the shortest period. */
  @Test
  void staysOverdueWithoutSuccessThoughItCountsFromLater() {
    Duration minute = Duration.ofMinutes(1);
    expectSuccess(job, minute, NOON);
    ended(1, SUCCEEDED, NOON);
    Instant overdue = lookAt(NOON.plus(minute)).get(0).overdueSince();
    database.update(
        "update job_watch set counted_from = '2026-03-01T13:00:00Z', no_success_millis = 7200000");

    Looked looked = lookAt(NOON.plus(HOUR)).get(0);
    assertThat(looked.overdueSince()).isEqualTo(overdue);
    assertThat(looked.recoveredAt()).isNull();

    ended(2, SUCCEEDED, NOON.plus(minute).plusSeconds(1));
    Looked well = lookAt(NOON.plus(HOUR).plusSeconds(60)).get(0);
    assertThat(well.isOverdue()).isFalse();
    assertThat(well.recoveredAt()).as("while it was paused").isNotNull();
  }

  @Test
  void letsJobCatchUpThatBecameOverdueWhileNoReplicaLooked() {
    expectSuccess(job, HOUR, NOON);
    looked(NOON.plusSeconds(60));
    Instant start = NOON.plus(HOUR).plusSeconds(60);

    assertThat(lookAt(start)).extracting(Looked::isOverdue).containsExactly(false);
    assertThat(nextCheck()).isEqualTo("2026-03-01 13:01:10+00");
    database.update("update watch_gap set looked_at = 'infinity'");
    job.instance(1);
    assertThat(lookAt(start.plusSeconds(61)).get(0).isOverdue()).as("it catches up").isFalse();
    assertThat(lookAt(start.plus(HOUR).plusMillis(1)).get(0).isOverdue())
        .as("for too long")
        .isTrue();
  }

  @Test
  void reportsJobOverdueThatHasNothingToCatchUp() {
    expectSuccess(job, HOUR, NOON);
    looked(NOON);
    Instant start = NOON.plus(HOUR).plusSeconds(60);
    lookAt(start);

    assertThat(lookAt(start.plusSeconds(60)).get(0).isOverdue()).isTrue();
  }

  @Test
  void findsOverdueJobsDueForReminderUnlessPaused() {
    Pair pair = new Pair(job.webhook("ops", "{overdue}"), job.id());
    database.update("update webhook set remind_after_millis = 3600000");
    expectSuccess(job, HOUR, NOON);
    Instant told = NOON.plus(HOUR);
    lookAt(told);
    at(
        told,
        connection -> {
          WatchStore.setOverdue(connection, pair);
          return null;
        });

    Instant due = told.plus(HOUR).plusMillis(1);
    assertThat(at(due.minusMillis(1), WatchStore::stillOverdue)).as("not for an hour").isEmpty();
    assertThat(at(due, WatchStore::stillOverdue)).extracting(Overdue::at).containsExactly(told);

    job.pause();
    assertThat(at(due, WatchStore::stillOverdue)).as("it is paused").isEmpty();
  }

  private void looked(Instant at) {
    database.update(
        "update watch_gap set looked_at = ?::timestamptz, from_at = '-infinity',"
            + " until_at = '-infinity'",
        at.toString());
  }

  @Test
  void checksNoJobBeforeItsTime() {
    expectSuccess(job, HOUR, NOON);
    lookAt(NOON);

    assertThat(lookAt(NOON.plus(HOUR).minusMillis(1))).isEmpty();
  }

  @Test
  void alternatesBetweenAppsWithinBatch() {
    for (int n = 0; n < 5; n++) {
      expectSuccess(job.sibling("job-" + n), HOUR, NOON);
    }
    StoredJob other = database.job();
    expectSuccess(other, HOUR, NOON.plusSeconds(1));

    assertThat(lookAt(NOON.plusSeconds(2), 2)).extracting(Looked::job).contains(other.id());
  }

  @Test
  void skipsJobLockedByEdit() {
    expectSuccess(job, HOUR, NOON);
    Client edit = database.begin();
    edit.transaction(
        connection -> {
          connection.createStatement().execute("select from job_watch for update");
          return null;
        });

    List<Looked> looked =
        database.callWithoutBlocking(
            client -> client.transaction(connection -> WatchStore.lookForSuccess(connection, 10)));

    assertThat(looked).isEmpty();
    edit.commit();
  }

  @Test
  void reportsSlowJobOnceAndSchedulesNextCheck() {
    watchRuns(job, HOUR);
    var session = database.session(job);
    job.running(1, session, "started_at = '2026-03-01T11:00:00Z'");
    job.running(2, session, "started_at = '2026-03-01T11:30:00Z'");
    job.instance(3);

    assertThat(slowAt(NOON.minusMillis(1))).extracting(Slow::number).containsExactly(0);
    assertThat(database.texts("select slow_check_at from job_watch"))
        .containsExactly("2026-03-01 12:00:00+00");
    assertThat(slowAt(NOON)).containsExactly(new Slow(job.id(), 1L, NOON.minus(HOUR), 1));
    assertThat(slowAt(NOON.plus(HOUR))).as("it is slow already").isEmpty();
  }

  @Test
  void endsSlowJobByQuickSuccessUnlessAnotherRunHangs() {
    watchRuns(job, HOUR);
    job.running(1, database.session(job), "started_at = '2026-03-01T11:00:00Z'");
    slowAt(NOON);

    ended(2, SUCCEEDED, NOON.plusSeconds(10));
    assertThat(database.numbers("select instance_id from webhook_event")).containsExactly(2L);
    assertThat(recoveredAt(NOON.plusSeconds(11), 2, 0)).as("one hangs").isEmpty();
    database.update("update instance set state = 4, session_id = null");
    assertThat(recoveredAt(NOON.plusSeconds(11), 2, 0)).as("a flow hangs").isEmpty();

    database.update("delete from instance");
    assertThat(recoveredAt(NOON.plusSeconds(12), 2, HOUR.toMillis() + 1)).as("too slow").isEmpty();
    assertThat(recoveredAt(NOON.plusSeconds(12), 2, HOUR.toMillis())).hasSize(1);
    assertThat(recoveredAt(NOON.plusSeconds(13), 2, 0)).as("a second time").isEmpty();
  }

  private List<Looked> recoveredAt(Instant now, long instance, long millis) {
    PendingEvent success =
        new PendingEvent(
            new JobKey(job.id(), job.app(), "app", "job", false, Map.of()),
            instance,
            SUCCEEDED,
            1,
            millis,
            NOON.plusSeconds(10),
            null,
            null,
            null);
    return at(now, connection -> WatchStore.ended(connection, List.of(), List.of(success)).slow());
  }

  @Test
  void measuresRunTimeOfParentInsteadOfParts() {
    watchRuns(job, HOUR);
    job.instance(1, "state = 4", "started_at = '2026-03-01T10:00:00Z'");
    job.running(
        2, database.session(job), "parent_id = 1, part = 0", "started_at = '2026-03-01T10:00:00Z'");

    assertThat(slowAt(NOON)).extracting(Slow::instance, Slow::number).containsExactly(tuple(1L, 1));
  }

  @Test
  void pausesAfterConsecutiveFailures() {
    pauseAfter(job, 3);
    ended(1, SUCCEEDED, NOON);
    ended(2, FAILED, NOON.plusSeconds(1));
    ended(3, TIMED_OUT, NOON.plusSeconds(2));
    assertThat(toPause()).as("two in a row").isEmpty();

    ended(4, CANCELED, NOON.plusSeconds(3));
    ended(5, SKIPPED, NOON.plusSeconds(4));
    assertThat(toPause()).as("canceled and skipped ones do not count").isEmpty();

    ended(6, FAILED, NOON.plusSeconds(5));
    assertThat(toPause())
        .extracting(ToPause::job, ToPause::failures, ToPause::instance, ToPause::isPaused)
        .containsExactly(tuple(job.id(), 3, 6L, false));
  }

  @Test
  void pausesJobsOfAppsInTurnsExceptThoseLockedByEdit() {
    StoredJob second = job.sibling("second");
    StoredJob others = database.job();
    for (StoredJob one : List.of(job, second, others)) {
      pauseAfter(one, 1);
    }
    database.update("update job_watch set pause_due = true");

    List<ToPause> first = at(NOON, connection -> WatchStore.toPause(connection, 2));
    assertThat(first).extracting(ToPause::job).containsExactlyInAnyOrder(job.id(), others.id());

    Client edit = database.begin();
    edit.transaction(
        connection -> {
          connection
              .createStatement()
              .execute("select from job_watch where job_id = " + job.id() + " for update");
          return null;
        });
    Set<Long> paused =
        database.callWithoutBlocking(
            client ->
                client.transaction(
                    connection ->
                        WatchStore.setPaused(connection, List.of(job.id(), others.id()))));
    edit.commit();

    assertThat(paused).containsExactly(others.id());
    assertThat(database.numbers("select job_id from job_watch where pause_due order by 1"))
        .containsExactly(job.id(), second.id());
  }

  @Test
  void pausesWhateverHistoryKeepsOfFailures() {
    pauseAfter(job, 2);
    ended(1, FAILED, NOON);
    database.update("delete from instance_history");
    ended(2, FAILED, NOON.plusSeconds(1));

    assertThat(toPause()).extracting(ToPause::instance).containsExactly(2L);
  }

  @Test
  void ignoresFailuresBeforeResume() {
    pauseAfter(job, 2);
    ended(1, FAILED, NOON);
    ended(2, FAILED, NOON.plusSeconds(1));
    database.update(
        "update job_watch set failures_from = '2026-03-01T12:00:01Z', failures_before = 2");
    ended(3, FAILED, NOON.plusSeconds(2));

    assertThat(toPause()).isEmpty();

    ended(4, FAILED, NOON.plusSeconds(3));
    assertThat(toPause()).hasSize(1);
  }

  @Test
  void recordsFailuresOfPausableJobsWithoutWebhook() {
    StoredJob other = job.sibling("other");
    pauseAfter(job, 2);
    ended(job, 1, FAILED, NOON);
    ended(job, 2, SUCCEEDED, NOON);
    ended(other, 3, FAILED, NOON);

    assertThat(database.numbers("select instance_id from webhook_event")).containsExactly(1L);
  }

  private void expectSuccess(StoredJob of, Duration period, Instant from) {
    database.update(
        """
        insert into job_watch (job_id, app_id, no_success_millis, counted_from, success_check_at,
          failures_from)
        values (?, ?, ?, ?::timestamptz, ?::timestamptz, 'epoch')
        """,
        of.id(),
        of.app(),
        period.toMillis(),
        from.toString(),
        from.toString());
  }

  private void watchRuns(StoredJob of, Duration longest) {
    database.update(
        """
        insert into job_watch (job_id, app_id, runs_longer_millis, counted_from, slow_check_at,
          failures_from)
        values (?, ?, ?, 'epoch', 'epoch', 'epoch')
        """,
        of.id(),
        of.app(),
        longest.toMillis());
  }

  private void pauseAfter(StoredJob of, int failures) {
    database.update(
        """
        insert into job_watch (job_id, app_id, pause_after, counted_from, failures_from)
        values (?, ?, ?, 'epoch', 'epoch')
        """,
        of.id(),
        of.app(),
        failures);
  }

  private void ended(long instance, int state, Instant at) {
    ended(job, instance, state, at);
  }

  private static void ended(StoredJob of, long instance, int state, Instant at) {
    String then = " = '" + at + "'";
    of.ended(instance, state, "due_at" + then, "started_at" + then, "ended_at" + then);
  }

  private List<Looked> lookAt(Instant now) {
    return lookAt(now, 100);
  }

  private List<Looked> lookAt(Instant now, int limit) {
    return at(now, connection -> WatchStore.lookForSuccess(connection, limit));
  }

  private List<Slow> slowAt(Instant now) {
    return at(now, connection -> WatchStore.lookForSlow(connection, 100));
  }

  private List<ToPause> toPause() {
    return at(
        NOON,
        connection -> {
          WatchStore.ended(connection, List.of(job.id()), List.of());
          return WatchStore.toPause(connection, 100);
        });
  }

  private <T> T at(Instant now, SqlWork<T> work) {
    return database.hotAt(now).transaction(work);
  }

  private String nextCheck() {
    return database.texts("select success_check_at from job_watch").get(0);
  }
}
