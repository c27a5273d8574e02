package dev.orrery.scheduler.engine.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.base.housekeeping.HousekeepingLoop;
import dev.orrery.scheduler.engine.retention.PartitionStore.Partitioned;
import io.agroal.api.AgroalDataSource;
import io.quarkus.agroal.DataSource;
import io.quarkus.scheduler.Scheduler;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Uses the default retention: 14 days for logs, 30 for history and sessions, 7 for deliveries. */
@QuarkusTest
class RetentionTest {
  /** Behind a number of days: as near to the bound as a slow machine allows, on either side. */
  private static final String MORE = " days 1 minute";

  private static final String LESS = " days -1 minute";

  @Inject HousekeepingLoop housekeeping;
  @Inject PartitionStore partitions;
  @Inject Scheduler scheduler;

  @Inject
  @DataSource("engine")
  AgroalDataSource database;

  /** The running service would drop a day between its creation and its first row. */
  @BeforeEach
  void pauseHousekeeping() {
    scheduler.pause();
  }

  @AfterEach
  void removeInstances() {
    scheduler.resume();
    sql("delete from instance where job_id = -1");
    sql("delete from instance_history where job_id = -1");
    sql("delete from part_history where job_id = -1");
    sql("delete from parent_instance where tolerated = -1");
    sql("delete from log_chunk where lines = '[]'");
    sql("delete from attempt where session_id = '00000000-0000-0000-0000-000000000000'");
  }

  private void sql(String statement) {
    try (Connection connection = database.getConnection();
        Statement one = connection.createStatement()) {
      one.execute(statement);
    } catch (SQLException e) {
      throw new AssertionError(statement, e);
    }
  }

  private long count(String from) {
    try (Connection connection = database.getConnection();
        Statement one = connection.createStatement();
        ResultSet row = one.executeQuery("select count(*) from " + from)) {
      row.next();
      return row.getLong(1);
    } catch (SQLException e) {
      throw new AssertionError(from, e);
    }
  }

  private void allEnded(String ago) {
    sql("update instance_history set ended_at = now() - interval '" + ago + "' where job_id = -1");
    sql("update attempt set ended_at = now() - interval '" + ago + "' where attempt = 1");
  }

  private LocalDate dayAgo(int days) {
    return partitions.today().minusDays(days);
  }

  private void makeDay(LocalDate day) {
    for (Partitioned table : Partitioned.values()) {
      partitions.create(table, day);
    }
  }

  /** An instance that was made at noon of that day, in SQL. */
  private static String id(LocalDate day) {
    return "instance_id_at('" + day + "T12:00:00Z')";
  }

  private void ended(LocalDate made, String ago) {
    sql(
        "insert into instance_history (id, job_id, job_version_id, due_at, ended_at, attempt, state,"
            + " priority, reported) values ("
            + id(made)
            + ", -1, -1, now(), now() - interval '"
            + ago
            + "', 2, 10, 5, true)");
  }

  private void active(LocalDate made) {
    sql(
        "insert into instance (id, job_id, job_version_id, due_at, lane_id, state, priority)"
            + " values ("
            + id(made)
            + ", -1, -1, now() + interval '1 year', -1, 0, 5)");
  }

  private void wrote(LocalDate made) {
    sql(
        "insert into log_chunk (instance_id, attempt, sequence, last_sequence, bytes, lines) values ("
            + id(made)
            + ", 1, 0, 0, 0, '[]')");
  }

  private void tried(LocalDate made, String ago) {
    sql(
        "insert into attempt (instance_id, attempt, state, reported, session_id, started_at,"
            + " ended_at) values ("
            + id(made)
            + ", 1, 11, true, '00000000-0000-0000-0000-000000000000', now(), now() - interval '"
            + ago
            + "')");
  }

  private void isParent(LocalDate made) {
    sql(
        "insert into parent_instance (instance_id, total, made, parallelism, tolerated) values ("
            + id(made)
            + ", 2, 2, 2, -1)");
  }

  private void waitsForParts(LocalDate made) {
    active(made);
    isParent(made);
    sql("update instance set state = 4 where id = " + id(made));
  }

  private void partEnded(LocalDate made, LocalDate parent, String ago) {
    sql(
        "insert into part_history (id, parent_id, part, job_id, job_version_id, due_at, ended_at,"
            + " attempt, state, priority, reported) values ("
            + id(made)
            + ", "
            + id(parent)
            + ", 0, -1, -1, now(), now() - interval '"
            + ago
            + "', 2, 11, 5, true)");
  }

  private void parts(LocalDate made, int expected) {
    assertThat(count("part_history where id = " + id(made))).isEqualTo(expected);
  }

  private void logs(LocalDate made, int expected) {
    assertThat(count("log_chunk where instance_id = " + id(made))).isEqualTo(expected);
  }

  private void history(LocalDate made, int expected) {
    assertThat(count("instance_history where id = " + id(made))).isEqualTo(expected);
  }

  private void attempts(LocalDate made, int expected) {
    assertThat(count("attempt where instance_id = " + id(made))).isEqualTo(expected);
  }

  @Test
  void deletesLogsAfterLogRetentionAndKeepsHistory() {
    LocalDate day = dayAgo(15);
    // Of its instances the last ones were made less than 14 days ago.
    LocalDate younger = dayAgo(14);
    makeDay(day);
    makeDay(younger);
    ended(day, "15 days");
    tried(day, "15 days");
    wrote(day);
    ended(younger, "13 days");
    wrote(younger);

    housekeeping.hourly();

    logs(day, 0);
    history(day, 1);
    attempts(day, 1);
    logs(younger, 1);
    assertThat(partitions.days(Partitioned.LOG_CHUNK)).doesNotContain(day).contains(younger);
  }

  @Test
  void dropsHistoryDayOnceAllItsInstancesAreExpired() {
    LocalDate old = dayAgo(40);
    LocalDate endedLate = dayAgo(41);
    makeDay(old);
    makeDay(endedLate);
    ended(old, 30 + MORE);
    tried(old, 30 + MORE);
    ended(endedLate, 30 + LESS);
    tried(endedLate, "35 days");

    housekeeping.hourly();

    history(old, 0);
    attempts(old, 0);
    history(endedLate, 1);
    attempts(endedLate, 1);
    assertThat(partitions.days(Partitioned.INSTANCE_HISTORY))
        .doesNotContain(old)
        .contains(endedLate);
    sql("update instance_history set ended_at = now() - interval '31 days' where job_id = -1");
    housekeeping.hourly();
    history(endedLate, 0);
  }

  @Test
  void keepsDayOfActiveInstance() {
    LocalDate day = dayAgo(50);
    makeDay(day);
    active(day);
    tried(day, "45 days");

    housekeeping.hourly();

    attempts(day, 1);
    sql("delete from instance where job_id = -1");
    housekeeping.hourly();
    attempts(day, 0);
    assertThat(partitions.days(Partitioned.ATTEMPT)).doesNotContain(day);
  }

  @Test
  void deletesExpiredRowsOutsidePartitionsByEndTime() {
    LocalDate old = dayAgo(60);
    LocalDate lately = dayAgo(61);
    LocalDate running = dayAgo(62);
    ended(old, 14 + MORE);
    tried(old, 14 + MORE);
    wrote(old);
    ended(lately, 14 + LESS);
    wrote(lately);
    active(running);
    tried(running, "40 days");
    wrote(running);

    housekeeping.hourly();

    logs(old, 0);
    history(old, 1);
    attempts(old, 1);
    logs(lately, 1);
    logs(running, 1);
    attempts(running, 1);
    allEnded(30 + LESS);
    housekeeping.hourly();
    history(old, 1);
    attempts(old, 1);
    allEnded(30 + MORE);
    housekeeping.hourly();
    history(old, 0);
    attempts(old, 0);
    logs(lately, 0);
    attempts(running, 1);
  }

  /** The parent is of the day before its parts, and waits for one of them. */
  @Test
  void keepsEndedPartsWhileTheirParentWaits() {
    LocalDate made = dayAgo(81);
    LocalDate later = dayAgo(80);
    makeDay(made);
    makeDay(later);
    waitsForParts(made);
    active(later);
    sql("update instance set parent_id = " + id(made) + ", part = 1 where id = " + id(later));
    partEnded(later, made, "79 days");

    housekeeping.hourly();

    assertThat(count("parent_instance where instance_id = " + id(made))).isOne();
    parts(later, 1);
    sql("delete from instance where job_id = -1");
    housekeeping.hourly();
    assertThat(count("parent_instance where instance_id = " + id(made))).isZero();
    parts(later, 0);
    assertThat(partitions.days(Partitioned.PART_HISTORY)).doesNotContain(made, later);
    assertThat(partitions.days(Partitioned.PARENT_INSTANCE)).doesNotContain(made, later);
  }

  @Test
  void keepsOnlyPartsOfWaitingParentBeyondRetention() {
    LocalDate made = dayAgo(93);
    LocalDate withParts = dayAgo(92);
    LocalDate without = dayAgo(91);
    makeDay(made);
    waitsForParts(made);
    for (LocalDate day : new LocalDate[] {withParts, without}) {
      makeDay(day);
      ended(day, "90 days");
      tried(day, "90 days");
    }
    partEnded(withParts, made, "90 days");

    housekeeping.hourly();

    parts(withParts, 1);
    assertThat(partitions.days(Partitioned.PART_HISTORY)).contains(withParts);
    for (Partitioned table : Partitioned.values()) {
      assertThat(partitions.days(table)).as("days of %s", table).doesNotContain(without);
      if (table != Partitioned.PART_HISTORY) {
        assertThat(partitions.days(table)).as("days of %s", table).doesNotContain(withParts);
      }
    }
  }

  /** As of a job that was paused for weeks; all other instances of the days are long gone. */
  @Test
  void keepsPartsOfEarlierDaysAsLongAsTheirParent() {
    LocalDate made = dayAgo(44);
    LocalDate later = dayAgo(43);
    makeDay(made);
    makeDay(later);
    isParent(made);
    ended(made, 30 + LESS);
    ended(later, "43 days");
    partEnded(later, made, 30 + LESS);

    housekeeping.hourly();

    history(later, 0);
    parts(later, 1);
    allEnded(30 + MORE);
    housekeeping.hourly();
    history(made, 0);
    parts(later, 0);
    assertThat(partitions.days(Partitioned.PART_HISTORY)).doesNotContain(made, later);
  }

  @Test
  void deletesOrphanedLogsAndAttemptsAfterRetention() {
    LocalDate gone = dayAgo(70);
    LocalDate younger = dayAgo(71);
    tried(gone, 30 + MORE);
    wrote(gone);
    tried(younger, 30 + LESS);

    housekeeping.hourly();

    logs(gone, 0);
    attempts(gone, 0);
    attempts(younger, 1);
  }

  @Test
  void deletesExpiredSessionsKeysAndDeliveries() {
    UUID old = UUID.randomUUID();
    UUID young = UUID.randomUUID();
    for (UUID session : new UUID[] {old, young}) {
      sql(
          "insert into worker_session (id, app_id, worker, software_version, protocol, dialect,"
              + " api_version, tags, processors, capacity, lease_until, ended_at) values ('"
              + session
              + "', -1, 'w', 's', 'http', 'orrery', 1, '{}', '{}', 1, now(), now() - interval '"
              + 30
              + (session.equals(old) ? MORE : LESS)
              + "')");
    }
    sql("insert into app (name) values ('retention') on conflict do nothing");
    sql(
        "insert into webhook (app_id, name, version, url, events, threshold, window_millis,"
            + " late_after_millis, enabled, secret) select id, 'x', 1, 'http://x/', '{late}', 1, 1,"
            + " 1, false, '' from app where name = 'retention' on conflict do nothing");
    for (String ago : new String[] {7 + MORE, 7 + LESS}) {
      sql(
          "insert into webhook_delivery (webhook_id, event, body, state, ended_at) select id,"
              + " 'test', '{}', 1, now() - interval '"
              + ago
              + "' from webhook where url = 'http://x/'");
    }
    sql(
        "insert into idempotency (app_id, key, hash, ids, created_at) values (-1, 'old', '', '{}',"
            + " now() - interval '24 hours 1 minute'), (-1, 'young', '', '{}', now() - interval '24 hours -1 minute')");

    housekeeping.hourly();
    housekeeping.everyMinute();

    assertThat(count("worker_session where id = '" + old + "'")).isZero();
    assertThat(count("worker_session where id = '" + young + "'")).isEqualTo(1);
    assertThat(
            count(
                "webhook_delivery d join webhook w on w.id = d.webhook_id and w.url = 'http://x/'"))
        .isEqualTo(1);
    assertThat(count("idempotency where app_id = -1 and key = 'old'")).isZero();
    assertThat(count("idempotency where app_id = -1 and key = 'young'")).isEqualTo(1);
    sql("delete from webhook where url = 'http://x/'");
    sql("delete from idempotency where app_id = -1");
  }

  /** Without instances: 300 versions, 50 deleted jobs, 1,500 revoked tokens. */
  @Test
  void limitsVersionsDeletedJobsAndRevokedTokens() {
    sql("insert into app (name) values ('stored')");
    String app = "(select id from app where name = 'stored')";
    sql("insert into lane (app_id, processor, tags) values (" + app + ", 'noop', '{}')");
    for (int n = 1; n <= 51; n++) {
      sql(
          """
          with j as (
            insert into job (app_id, name, version_id, deleted_at)
            values (%1$s, 'job-%2$d', new_instance_id(),
              case when %2$d < 51 then now() - interval '61 minutes' end)
            returning id, version_id
          )
          insert into job_version (id, job_id, version, document, lane_id, priority, created_at)
          select version_id, id, 1, '{"name":"x"}', (select id from lane where app_id = %1$s), 5,
            now() - interval '10 days'
          from j
          """
              .formatted(app, n));
    }
    sql(
        """
        insert into job_version (job_id, version, document, lane_id, priority, created_at)
        select v.job_id, n, v.document, v.lane_id, 5, now() - (400 - n) * interval '1 minute'
        from job_version v join job j on j.id = v.job_id and j.name = 'job-51'
          cross join generate_series(2, 300) n
        where j.app_id = %s
        """
            .formatted(app));
    sql(
        "update job set version_id = (select id from job_version v where v.job_id = job.id"
            + " and version = 300) where name = 'job-51' and app_id = "
            + app);
    sql(
        "insert into token (app_id, role, hash, revoked_at) select "
            + app
            + ", 'viewer', sha256(('stored' || n)::bytea),"
            + " case when n <= 1500 then now() - n * interval '1 second' end"
            + " from generate_series(1, 1510) n");

    housekeeping.hourly();
    housekeeping.hourly();

    String versions = "job_version v join job j on j.id = v.job_id where j.app_id = " + app;
    assertThat(count("job where app_id = " + app)).isEqualTo(1);
    assertThat(count(versions)).as("the first and the newest").isEqualTo(101);
    assertThat(count(versions + " and v.version > 200")).isEqualTo(100);
    assertThat(count("token where revoked_at is not null and app_id = " + app)).isEqualTo(1000);
    assertThat(count("token where revoked_at is null and app_id = " + app)).isEqualTo(10);
  }

  @Test
  void createsPartitionsForTodayAndNextSevenDays() {
    LocalDate today = partitions.today();
    // As on the day when the eighth day comes into sight, after a week in which nothing was made.
    for (Partitioned table : Partitioned.values()) {
      for (int ahead = 2; ahead <= 7; ahead++) {
        partitions.drop(table, today.plusDays(ahead));
      }
    }

    housekeeping.hourly();

    for (Partitioned table : Partitioned.values()) {
      assertThat(partitions.days(table).stream().filter(day -> !day.isBefore(today)))
          .as("days of %s from today on", table)
          .containsExactlyElementsOf(today.datesUntil(today.plusDays(8)).toList());
    }
  }
}
