package dev.orrery.scheduler.housekeeping;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.housekeeping.PartitionStore.Partitioned;
import io.agroal.api.AgroalDataSource;
import io.quarkus.agroal.DataSource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** With the defaults: logs are kept for 14 days, history and sessions for 30, deliveries for 7. */
@QuarkusTest
class RetentionTest {
  @Inject Housekeeping housekeeping;
  @Inject PartitionStore partitions;

  @Inject
  @DataSource("hot")
  AgroalDataSource database;

  @AfterEach
  void removeInstances() {
    sql("delete from instance where job_id = -1");
    sql("delete from instance_history where job_id = -1");
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

  private void ended(LocalDate made, int daysAgo) {
    sql(
        "insert into instance_history (id, job_id, job_version_id, due_at, ended_at, attempt, state,"
            + " priority, reported) values ("
            + id(made)
            + ", -1, -1, now(), now() - interval '"
            + daysAgo
            + " days', 2, 10, 5, true)");
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

  private void tried(LocalDate made, int daysAgo) {
    sql(
        "insert into attempt (instance_id, attempt, state, reported, session_id, started_at,"
            + " ended_at) values ("
            + id(made)
            + ", 1, 11, true, '00000000-0000-0000-0000-000000000000', now(), now() - interval '"
            + daysAgo
            + " days')");
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
  void logsGoAfterTheirOwnTimeAndTheHistoryStays() {
    LocalDate day = dayAgo(15);
    LocalDate younger = dayAgo(13);
    makeDay(day);
    makeDay(younger);
    ended(day, 15);
    tried(day, 15);
    wrote(day);
    ended(younger, 13);
    wrote(younger);

    housekeeping.hourly();

    logs(day, 0);
    history(day, 1);
    attempts(day, 1);
    logs(younger, 1);
    assertThat(partitions.days(Partitioned.LOG_CHUNK)).doesNotContain(day).contains(younger);
  }

  @Test
  void historyGoesWithItsAttemptsWhenAllOfItsDayIsOldEnough() {
    LocalDate old = dayAgo(40);
    LocalDate endedLate = dayAgo(41);
    makeDay(old);
    makeDay(endedLate);
    ended(old, 31);
    tried(old, 31);
    ended(endedLate, 29);
    tried(endedLate, 35);

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
  void dayOfAnInstanceThatHasNotEndedIsKept() {
    LocalDate day = dayAgo(50);
    makeDay(day);
    active(day);
    tried(day, 45);

    housekeeping.hourly();

    attempts(day, 1);
    sql("delete from instance where job_id = -1");
    housekeeping.hourly();
    attempts(day, 0);
    assertThat(partitions.days(Partitioned.ATTEMPT)).doesNotContain(day);
  }

  @Test
  void whatHasNoPartitionIsDeletedByItsEnd() {
    LocalDate old = dayAgo(60);
    LocalDate lately = dayAgo(61);
    LocalDate running = dayAgo(62);
    ended(old, 20);
    tried(old, 20);
    wrote(old);
    ended(lately, 3);
    wrote(lately);
    active(running);
    tried(running, 40);
    wrote(running);

    housekeeping.hourly();

    logs(old, 0);
    history(old, 1);
    attempts(old, 1);
    logs(lately, 1);
    logs(running, 1);
    attempts(running, 1);
    sql("update instance_history set ended_at = now() - interval '31 days' where job_id = -1");
    sql("update attempt set ended_at = now() - interval '31 days' where attempt = 1");
    housekeeping.hourly();
    history(old, 0);
    attempts(old, 0);
    logs(lately, 0);
    attempts(running, 1);
  }

  @Test
  void leftoversOfWhatIsGoneDoNotStayForEver() {
    LocalDate gone = dayAgo(70);
    tried(gone, 31);
    wrote(gone);

    housekeeping.hourly();

    logs(gone, 0);
    attempts(gone, 0);
  }

  @Test
  void sessionsKeysAndDeliveriesGoAfterTheirTimes() {
    UUID old = UUID.randomUUID();
    UUID young = UUID.randomUUID();
    for (UUID session : new UUID[] {old, young}) {
      sql(
          "insert into worker_session (id, app_id, worker, software, transport, dialect, version,"
              + " tags, processors, capacity, lease_until, ended_at) values ('"
              + session
              + "', -1, 'w', 's', 'http', 'orrery', 1, '{}', '{}', 1, now(), now() - interval '"
              + (session.equals(old) ? 31 : 29)
              + " days')");
    }
    sql("insert into app (name) values ('retention') on conflict do nothing");
    sql(
        "insert into webhook (app_id, name, version, url, events, threshold, window_millis,"
            + " late_after_millis, enabled, secret) select id, 'x', 1, 'http://x/', '{late}', 1, 1,"
            + " 1, false, '' from app where name = 'retention' on conflict do nothing");
    for (int days : new int[] {6, 8}) {
      sql(
          "insert into webhook_delivery (webhook_id, event, body, state, ended_at) select id,"
              + " 'test', '{}', 1, now() - interval '"
              + days
              + " days' from webhook where url = 'http://x/'");
    }
    sql(
        "insert into idempotency (app_id, key, hash, ids, created_at) values (-1, 'old', '', '{}',"
            + " now() - interval '25 hours'), (-1, 'young', '', '{}', now() - interval '23 hours')");

    housekeeping.hourly();
    housekeeping.everyMinute();

    assertThat(count("worker_session where id = '" + old + "'")).isZero();
    assertThat(count("worker_session where id = '" + young + "'")).isEqualTo(1);
    assertThat(
            count(
                "webhook_delivery d join webhook w on w.id = d.webhook_id and w.url = 'http://x/'"))
        .isEqualTo(1);
    assertThat(count("idempotency where app_id = -1")).isEqualTo(1);
    sql("delete from webhook where url = 'http://x/'");
    sql("delete from idempotency where app_id = -1");
  }
}
