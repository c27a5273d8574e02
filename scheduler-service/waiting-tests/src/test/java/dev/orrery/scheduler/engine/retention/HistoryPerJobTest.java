package dev.orrery.scheduler.engine.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orrery.scheduler.base.database.DatabaseException;
import dev.orrery.scheduler.base.housekeeping.HousekeepingLoop;
import dev.orrery.scheduler.base.time.Ticker;
import dev.orrery.scheduler.engine.retention.HistoryPerJob.Limits;
import dev.orrery.scheduler.engine.retention.HistoryPerJobStore.Batch;
import dev.orrery.scheduler.engine.retention.PartitionStore.Partitioned;
import dev.orrery.scheduler.testkit.ClusterAndShortHistory;
import io.agroal.api.AgroalDataSource;
import io.quarkus.agroal.DataSource;
import io.quarkus.scheduler.Scheduler;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@QuarkusTest
@TestProfile(ClusterAndShortHistory.class)
class HistoryPerJobTest {
  private static final long NO_JOB = -1;
  private static final int SUCCEEDED = 10;
  private static final int MANY = 100_000;
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final String SESSION = "'00000000-0000-0000-0000-000000000000'";

  @Inject HousekeepingLoop housekeeping;
  @Inject HistoryPerJobStore store;
  @Inject PartitionStore partitions;
  @Inject Scheduler scheduler;
  @Inject HistoryPerJob running;

  @Inject
  @DataSource("engine")
  AgroalDataSource database;

  private long one;
  private long two;

  @BeforeEach
  void createJobs() {
    // Each minute, the running service would keep two runs of each job.
    scheduler.pause();
    running.enforce();
    sql("insert into app (name) values ('bound') on conflict do nothing");
    sql(
        "insert into lane (app_id, processor, tags) select id, 'noop', '{}' from app"
            + " where name = 'bound' on conflict do nothing");
    one = createJob("one");
    two = createJob("two");
    for (int days = 8; days <= 10; days++) {
      for (Partitioned table : Partitioned.values()) {
        partitions.create(table, dayAgo(days));
      }
    }
  }

  private long createJob(String name) {
    sql(
        """
        with j as (
          insert into job (app_id, name, version_id)
          select id, '%1$s', new_instance_id() from app
          where name = 'bound'
          returning id, app_id, version_id
        )
        insert into job_version (id, job_id, version, document, lane_id, priority)
        select j.version_id, j.id, 1, '{}', l.id, 5 from j join lane l on l.app_id = j.app_id
        """
            .formatted(name));
    return number("max(id) from job");
  }

  @AfterEach
  void removeInstances() {
    String ours = " in (" + one + ", " + two + ", " + NO_JOB + ")";
    sql("delete from instance where job_id" + ours);
    sql("delete from instance_history where job_id" + ours);
    sql("delete from pruned_fire_time where job_id" + ours);
    sql("delete from log_chunk where lines = '[]'");
    sql("delete from attempt where session_id = " + SESSION);
    sql("update job set deleted_at = now() where id" + ours);
    scheduler.resume();
  }

  private void sql(String statement) {
    try (Connection connection = database.getConnection();
        Statement sql = connection.createStatement()) {
      sql.execute(statement);
    } catch (SQLException e) {
      throw new AssertionError(statement, e);
    }
  }

  private long number(String select) {
    List<Long> numbers = numbers(select);
    assertThat(numbers).hasSize(1);
    return numbers.get(0);
  }

  private List<Long> numbers(String select) {
    try (Connection connection = database.getConnection();
        Statement sql = connection.createStatement();
        ResultSet row = sql.executeQuery("select " + select)) {
      List<Long> numbers = new ArrayList<>();
      while (row.next()) {
        numbers.add(row.getLong(1));
      }
      return numbers;
    } catch (SQLException e) {
      throw new AssertionError(select, e);
    }
  }

  private LocalDate dayAgo(int days) {
    return partitions.today().minusDays(days);
  }

  private long newId(int daysAgo) {
    return number(
        "instance_id_at('%sT12:00:00Z') | nextval('instance_number')".formatted(dayAgo(daysAgo)));
  }

  /** One that ended an hour ago, at its second attempt, with a line of log for each. */
  private long ended(long job, int daysAgo) {
    return ended(job, daysAgo, "1 hour", "null");
  }

  private long ended(long job, int daysAgo, String ago, String fireTime) {
    long id = newId(daysAgo);
    sql(
        "insert into instance_history (id, job_id, job_version_id, due_at, ended_at, attempt, state,"
            + " priority, reported, fire_time) values (%d, %d, -1, now(), now() - interval '%s', 2, %d, 5, true, %s)"
                .formatted(id, job, ago, SUCCEEDED, fireTime));
    sql(
        "insert into attempt (instance_id, attempt, state, reported, session_id, started_at, ended_at)"
            + " values (%d, 1, 11, true, %s, now(), now())".formatted(id, SESSION));
    sql(
        "insert into log_chunk (instance_id, attempt, sequence, last_sequence, bytes, lines) values"
            + " (%1$d, 1, 0, 0, 0, '[]'), (%1$d, 2, 0, 0, 0, '[]')".formatted(id));
    return id;
  }

  private List<Long> ended(long job, int daysAgo, int count) {
    List<Long> ids = new ArrayList<>();
    for (int n = 0; n < count; n++) {
      ids.add(ended(job, daysAgo));
    }
    return ids;
  }

  private void assertKept(long job, List<Long> expected) {
    assertThat(numbers("id from instance_history where job_id = " + job + " order by id"))
        .isEqualTo(expected);
  }

  private void assertWhole(List<Long> ids, int expected) {
    String them = ids.toString().replace('[', '(').replace(']', ')');
    assertThat(number("count(*) from instance_history where id in " + them)).isEqualTo(expected);
    assertThat(number("count(*) from attempt where instance_id in " + them)).isEqualTo(expected);
    assertThat(number("count(*) from log_chunk where instance_id in " + them))
        .isEqualTo(2L * expected);
  }

  private HistoryPerJob keeping(int kept) {
    return new HistoryPerJob(
        store, Ticker.SYSTEM, kept, new Limits(MANY, new Batch(MANY, MANY), LONG));
  }

  /** A run ends after its first delete, or after its first look if there is nothing to delete. */
  private HistoryPerJob inSteps(int jobs, Batch batch) {
    AtomicLong seconds = new AtomicLong();
    return new HistoryPerJob(
        store,
        () -> TimeUnit.SECONDS.toNanos(seconds.incrementAndGet()),
        3,
        new Limits(jobs, batch, Duration.ofSeconds(2)));
  }

  @Test
  void keepsNewestRunsOfEachJobWithAttemptsAndLogs() {
    List<Long> ofOne = new ArrayList<>();
    for (int days = 10; days >= 8; days--) {
      ofOne.addAll(ended(one, days, 2));
    }
    List<Long> ofTwo = ended(two, 9, 3);
    List<Long> ofNone = ended(NO_JOB, 9, 5);

    keeping(3).enforce();

    assertKept(one, ofOne.subList(3, 6));
    assertWhole(ofOne.subList(0, 3), 0);
    assertWhole(ofOne.subList(3, 6), 3);
    assertKept(two, ofTwo);
    assertWhole(ofTwo, 3);
    assertKept(NO_JOB, ofNone);
    assertWhole(ofNone, 5);
  }

  @Test
  void limitsHistoryInDefaultPartition() {
    List<Long> ids = ended(one, 400, 4);
    ids.addAll(ended(one, 9, 1));

    keeping(3).enforce();

    assertKept(one, ids.subList(2, 5));
    assertWhole(ids.subList(0, 2), 0);
  }

  @Test
  void limitsHistoryOfDeletedJob() {
    List<Long> ids = ended(one, 9, 4);
    sql("update job set deleted_at = now() where id = " + one);

    keeping(3).enforce();

    assertKept(one, ids.subList(1, 4));
  }

  @Test
  void excludesActiveRunsFromHistoryLimit() {
    long running = newId(10);
    sql(
        "insert into instance (id, job_id, job_version_id, due_at, lane_id, state, priority, attempt)"
            + " values (%d, %d, -1, now(), -1, 3, 5, 2)".formatted(running, one));
    sql(
        "insert into attempt (instance_id, attempt, state, reported, session_id, started_at, ended_at)"
            + " values (%d, 1, 11, true, %s, now(), now())".formatted(running, SESSION));
    List<Long> ids = ended(one, 9, 3);

    keeping(3).enforce();
    assertKept(one, ids);
    keeping(1).enforce();

    assertKept(one, ids.subList(2, 3));
    assertThat(number("count(*) from instance where id = " + running)).isEqualTo(1);
    assertThat(number("count(*) from attempt where instance_id = " + running)).isEqualTo(1);
  }

  @Test
  void deletesNothingWithoutHistoryLimit() {
    List<Long> ids = ended(one, 9, 10);

    keeping(0).enforce();

    assertKept(one, ids);
  }

  @Test
  @Timeout(60)
  void continuesCleanupInNextPassWhenTimeIsUp() {
    List<Long> ofOne = ended(one, 9, 6);
    List<Long> ofTwo = ended(two, 9, 4);
    HistoryPerJob bound = inSteps(1, new Batch(2, MANY));
    while (number("count(*) from instance_history where job_id = " + one) == 6) {
      bound.enforce();
    }

    assertKept(one, ofOne.subList(2, 6));
    assertKept(two, ofTwo);
    bound.enforce();
    assertKept(one, ofOne.subList(3, 6));
    assertKept(two, ofTwo);
    bound.enforce();
    assertKept(two, ofTwo.subList(1, 4));
  }

  @Test
  @Timeout(60)
  void restartsCleanupAtFirstJobAfterLastJob() {
    HistoryPerJob bound = inSteps(MANY, new Batch(MANY, MANY));
    bound.enforce();
    List<Long> ids = ended(one, 9, 4);

    while (number("count(*) from instance_history where job_id = " + one) == 4) {
      bound.enforce();
    }

    assertKept(one, ids.subList(1, 4));
  }

  @Test
  void skipsDeletionWhileAnotherReplicaDeletes() throws SQLException {
    List<Long> ids = ended(one, 9, 4);
    try (Connection other = database.getConnection();
        Statement sql = other.createStatement()) {
      other.setAutoCommit(false);
      sql.execute("select pg_advisory_xact_lock(hashtext('orrery'), hashtext('history'))");

      keeping(3).enforce();

      assertKept(one, ids);
      other.rollback();
      other.setAutoCommit(true);
    }
    keeping(3).enforce();
    assertKept(one, ids.subList(1, 4));
  }

  @Test
  void deletesHistoryAtomicallyWhenKilledMidway() throws SQLException {
    List<Long> ids = new ArrayList<>();
    for (int n = 0; n < 5; n++) {
      ids.add(ended(one, 9, "1 hour", "'2026-01-01T0%d:00Z'".formatted(n)));
    }
    CompletableFuture<Void> killed;
    try (Connection other = database.getConnection();
        Statement sql = other.createStatement()) {
      other.setAutoCommit(false);
      sql.execute("select from instance_history where id = " + ids.get(1) + " for update");
      killed = CompletableFuture.runAsync(() -> keeping(3).enforce());
      // By then its attempts and logs are deleted, but not committed.
      await()
          .until(
              () ->
                  numbers(
                          "pg_terminate_backend(pid)::integer from pg_stat_activity"
                              + " where wait_event_type = 'Lock' and query like 'with beyond%'"
                              + " and pid <> pg_backend_pid()")
                      .equals(List.of(1L)));
      assertThat(killed)
          .failsWithin(Duration.ofSeconds(10))
          .withThrowableThat()
          .withCauseInstanceOf(DatabaseException.class);
      other.rollback();
      other.setAutoCommit(true);
    }

    assertKept(one, ids);
    assertWhole(ids, 5);
    assertThat(forgottenUntil()).isEmpty();
    keeping(3).enforce();
    assertKept(one, ids.subList(2, 5));
    assertWhole(ids.subList(0, 2), 0);
    assertThat(forgottenUntil()).containsExactly("2026-01-01T01:00:00Z");
  }

  private List<String> forgottenUntil() {
    return numbers(
            "extract(epoch from latest_fire_time) from pruned_fire_time where job_id = " + one)
        .stream()
        .map(seconds -> Instant.ofEpochSecond(seconds).toString())
        .toList();
  }

  @Test
  void enforcesConfiguredHistoryLimitInHousekeeping() {
    List<Long> ids = ended(one, 9, 4);

    housekeeping.everyMinute();

    assertKept(one, ids.subList(2, 4));
  }
}
