package dev.orrery.scheduler.extras.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.orrery.protocol.WorkerOperation;
import dev.orrery.protocol.message.Assignment;
import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.protocol.message.AttemptReport.Outcome;
import dev.orrery.protocol.message.ReportResponse.Verdict;
import dev.orrery.protocol.message.WorkerOffer;
import dev.orrery.scheduler.base.lifecycle.BuildInfo;
import dev.orrery.scheduler.testkit.Hourly;
import dev.orrery.scheduler.testkit.MetricsPage;
import dev.orrery.scheduler.testkit.Scrape;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestApp.TokenRole;
import dev.orrery.scheduler.testkit.TestClient;
import dev.orrery.scheduler.testkit.TestClient.RefusedException;
import dev.orrery.scheduler.testkit.TestDatabase;
import dev.orrery.scheduler.testkit.TestWorker;
import dev.orrery.testing.TextFile;
import io.agroal.api.AgroalDataSource;
import io.quarkus.agroal.DataSource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URL;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Checks that each meter changes with the events that it measures. */
@QuarkusTest
class MetricsTest {
  private static final Pattern SHARE = Pattern.compile("orrery_share_used_ratio\\{kind=\"(.+)\"}");

  @TestHTTPResource(management = true)
  URL management;

  @Inject BuildInfo software;

  @Inject
  @DataSource("engine")
  AgroalDataSource database;

  private Scrape scrape() {
    return Scrape.of(management);
  }

  /** Gauges of the database are looked at again after a few seconds. */
  private Scrape eventually(Predicate<Scrape> expected) {
    Callable<Scrape> scrape = this::scrape;
    return TestApp.eventually().until(scrape, expected);
  }

  private void sql(String statement) {
    try (Connection connection = database.getConnection();
        Statement one = connection.createStatement()) {
      one.execute(statement);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void countsSubmissionsClaimsReportsAndEndedRuns() {
    TestApp app = TestApp.create().withJob("job");
    TestWorker worker = app.worker();
    Scrape before = scrape();

    app.runTimes("job", 3);
    List<Assignment> taken = worker.takeAll(3);
    worker.succeed(taken.get(0));
    worker.succeed(taken.get(1));
    worker.fail(taken.get(2), "no");

    Scrape after = scrape();
    assertThat(after.since(before, "orrery_instances_submitted_total")).isEqualTo(3);
    assertThat(after.since(before, "orrery_attempts_claimed_total")).isEqualTo(3);
    assertThat(after.since(before, "orrery_reports_total{verdict=\"accepted\"}")).isEqualTo(3);
    assertThat(after.since(before, "orrery_instances_ended_total{state=\"succeeded\"}"))
        .isEqualTo(2);
    assertThat(after.since(before, "orrery_instances_ended_total{state=\"failed\"}")).isEqualTo(1);
    assertThat(after.since(before, "orrery_schedule_to_start_seconds_count")).isEqualTo(3);
    assertThat(after.since(before, "orrery_schedule_to_start_seconds_bucket{le=\"600.0\"}"))
        .isEqualTo(3);
    assertThat(after.since(before, "orrery_commit_batch_weight_count{kind=\"submissions\"}"))
        .isEqualTo(1);
    assertThat(after.since(before, "orrery_commit_batch_weight_sum{kind=\"submissions\"}"))
        .isGreaterThanOrEqualTo(3);
    assertThat(after.samples()).containsEntry("orrery_commit_queue_weight{kind=\"reports\"}", 0.0);
  }

  @Test
  void measuresScheduleToStartLatencyFromDueTime() {
    TestApp app = TestApp.create().withJob("job");
    Scrape before = scrape();
    String id = app.run("job");
    sql("update instance set due_at = due_at - interval '70 seconds' where id = " + id);

    app.worker().take();

    Scrape after = scrape();
    assertThat(after.since(before, "orrery_schedule_to_start_seconds_bucket{le=\"60.0\"}"))
        .isZero();
    assertThat(after.since(before, "orrery_schedule_to_start_seconds_bucket{le=\"300.0\"}"))
        .isEqualTo(1);
    assertThat(after.since(before, "orrery_schedule_to_start_seconds_sum")).isBetween(70.0, 100.0);
    assertThat(after.samples().keySet())
        .filteredOn(name -> name.startsWith("orrery_schedule_to_start_seconds_bucket"))
        .contains(
            "orrery_schedule_to_start_seconds_bucket{le=\"0.001\"}",
            "orrery_schedule_to_start_seconds_bucket{le=\"+Inf\"}")
        .hasSize(17);
  }

  @Test
  void countsRepeatedAndStaleReports() {
    TestApp app = TestApp.create().withJob("job");
    TestWorker worker = app.worker();
    app.run("job");
    Assignment taken = worker.take();
    worker.succeed(taken);
    Scrape before = scrape();

    assertThat(worker.report(taken, Outcome.SUCCEEDED)).isEqualTo(Verdict.ALREADY_ACCEPTED);
    assertThat(worker.report(new AttemptRef(taken.instance(), 7), Outcome.SUCCEEDED))
        .isEqualTo(Verdict.STALE);

    Scrape after = scrape();
    assertThat(after.since(before, "orrery_reports_total{verdict=\"already_accepted\"}"))
        .isEqualTo(1);
    assertThat(after.since(before, "orrery_reports_total{verdict=\"stale\"}")).isEqualTo(1);
    assertThat(after.since(before, "orrery_reports_total{verdict=\"accepted\"}")).isZero();
  }

  @Test
  void exposesBuildVersionAsLabel() {
    assertThat(scrape().samples())
        .containsEntry("orrery_build_info{version=\"" + software.version() + "\"}", 1.0);
  }

  @Test
  void countsCanceledRunAsEnded() {
    TestApp app = TestApp.create().withJob("job");
    String id = app.run("job");
    Scrape before = scrape();

    app.cancel(id);

    assertThat(scrape().since(before, "orrery_instances_ended_total{state=\"canceled\"}"))
        .isEqualTo(1);
  }

  @Test
  void countsLateUnblockingOfRunBlockedWithoutHint() {
    TestApp app = TestApp.create().withJob("job");
    String id = app.run("job");
    Scrape before = scrape();

    sql("update instance set state = 2 where id = " + id);

    eventually(
        now ->
            now.since(before, "orrery_instances_unblocked_total") >= 1
                && now.since(before, "orrery_instances_unblocked_late_total") >= 1);
    app.awaitWaitingFor(id, "NO_WORKER");
    TestWorker worker = app.worker();
    worker.succeed(worker.take());
  }

  @Test
  void countsStartedFiresAndFiresSkippedForOverlap() {
    Scrape before = scrape();
    TestApp app = TestApp.create();
    app.withJob("tick", "{\"trigger\":{\"every\":\"PT1H\"},\"processor\":{\"type\":\"noop\"}}");
    app.fire("tick");
    app.fire("tick");

    Scrape after =
        eventually(
            now ->
                now.since(before, "orrery_fires_started_total") >= 1
                    && now.since(before, "orrery_fires_skipped_total{reason=\"overlap\"}") >= 1
                    && now.since(before, "orrery_instances_ended_total{state=\"skipped\"}") >= 1);

    app.asOperator().delete(app.path("/jobs/tick"));
    assertThat(after.since(before, "orrery_fires_skipped_total{reason=\"missed\"}")).isZero();
  }

  @Test
  void countsEachMissedFire() {
    TestApp app = TestApp.create();
    app.withJob(
        "hourly",
        "{%s,\"catchUpWindow\":\"PT0S\",\"processor\":{\"type\":\"noop\"}}"
            .formatted(Hourly.farFromNow().trigger()));
    Scrape before = scrape();

    sql(
        "update trigger set next_fire_at = next_fire_at - interval '5 hours' where job_id ="
            + " (select j.id from job j join app a on a.id = j.app_id where a.name = '"
            + app.name()
            + "')");

    eventually(now -> now.since(before, "orrery_fires_skipped_total{reason=\"missed\"}") == 5);
  }

  @Test
  void countsRefusedHandshakesByErrorCode() {
    TestApp app = TestApp.create();
    Scrape before = scrape();

    refused(
        app, new WorkerOffer("akka", null, 1, 1, "t", app.name(), "w", List.of(), List.of(), 1));
    refused(
        app,
        new WorkerOffer("http", "orrery", 8, 9, "t", app.name(), "w", List.of(), List.of("x"), 1));
    refused(
        app,
        new WorkerOffer("http", "orrery", 1, 1, "t", app.name(), "w", List.of(), List.of("x"), 0));

    assertThatExceptionOfType(RefusedException.class)
        .isThrownBy(
            () ->
                new TestClient("unknown").ask(WorkerOperation.HANDSHAKE, app.workerLike().offer()));

    Scrape after = scrape();
    for (String code :
        List.of("protocol_mismatch", "version_mismatch", "invalid", "unauthenticated")) {
      String sample = "orrery_handshakes_refused_total{code=\"" + code + "\"}";
      assertThat(after.since(before, sample)).as(code).isEqualTo(1);
    }
  }

  private static void refused(TestApp app, WorkerOffer offer) {
    assertThatExceptionOfType(RefusedException.class)
        .isThrownBy(
            () ->
                new TestClient(app.token(TokenRole.WORKER)).ask(WorkerOperation.HANDSHAKE, offer));
  }

  @Test
  void countsLiveSessionsAndSessionsWithDifferentSoftwareVersion() {
    TestApp.create().worker();

    eventually(
        now ->
            shows(now, "orrery_sessions{protocol=\"http\"}", live("protocol = ?", "http"))
                // The software of the tests is not this scheduler's.
                && shows(
                    now,
                    "orrery_sessions_skewed",
                    live("software_version <> ?", software.version())));
  }

  private static long live(String condition, String value) {
    return Long.parseLong(
        TestDatabase.read(
            "select count(*) from worker_session where ended_at is null and " + condition, value));
  }

  /**
   * Whether a gauge shows what there is, leftovers of other tests included. From ten thousand on it
   * is an estimate.
   */
  private static boolean shows(Scrape scrape, String gauge, long actual) {
    double shown = scrape.get(gauge);
    assertThat(actual).as("what there is for %s", gauge).isPositive();
    return actual < 10_000 ? shown == actual : shown >= 10_000;
  }

  private static long inState(int state) {
    return Long.parseLong(
        TestDatabase.read("select count(*) from instance where state = ?", state));
  }

  @Test
  void showsBacklogByStateAndAgeOfOldestReadyRun() {
    TestApp app =
        TestApp.create()
            .withJob("job")
            .withJob("limited", "{\"processor\":{\"type\":\"noop\"},\"concurrency\":1}");
    TestWorker worker = app.worker();
    List<String> ids = app.runTimes("job", 3);
    worker.take();
    app.runTimes("limited", 3);
    app.run("job", "{\"runAt\":\"2099-01-01T00:00:00Z\"}");
    sql("update instance set due_at = now() - interval '1 hour' where id = " + ids.get(2));

    Scrape seen =
        eventually(
            now ->
                shows(now, "orrery_instances{state=\"scheduled\"}", inState(0))
                    && shows(now, "orrery_instances{state=\"ready\"}", inState(1))
                    && shows(now, "orrery_instances{state=\"blocked\"}", inState(2))
                    && shows(now, "orrery_instances{state=\"running\"}", inState(3))
                    && now.get("orrery_oldest_ready_age_seconds") >= 3600);

    assertThat(seen.get("orrery_oldest_ready_age_seconds"))
        .isBetween(
            3600.0,
            Double.valueOf(
                TestDatabase.read(
                    "select extract(epoch from now() - min(due_at)) from instance where state ="
                        + " 1")));
  }

  @Test
  void estimatesBacklogBeyondCountingLimit() {
    TestApp app = TestApp.create().withJob("job");
    String id = app.run("job");
    sql(
        "insert into instance (id, job_id, job_version_id, due_at, lane_id, state, priority)"
            + " select -n, job_id, job_version_id, due_at, lane_id, 1, priority"
            + " from instance, generate_series(1, 30000) n where id = "
            + id);
    try {
      eventually(now -> now.get("orrery_instances{state=\"ready\"}") >= 10_000);
      sql("analyze instance");
      eventually(now -> now.get("orrery_instances{state=\"ready\"}") >= 25_000);
    } finally {
      sql("delete from instance where id < 0");
      sql("analyze instance");
    }
  }

  @Test
  void showsAgeOfOldestOpenTransaction() throws SQLException {
    try (Connection open = database.getConnection()) {
      open.setAutoCommit(false);
      try (Statement first = open.createStatement()) {
        first.execute("select 1");
        Scrape seen = eventually(now -> now.get("orrery_database_oldest_transaction_seconds") >= 1);
        assertThat(seen.get("orrery_database_oldest_transaction_seconds"))
            .isLessThanOrEqualTo(oldestTransactionSeconds());
      } finally {
        open.rollback();
        open.setAutoCommit(true);
      }
    }
  }

  private static double oldestTransactionSeconds() {
    return Double.parseDouble(
        TestDatabase.read(
            "select extract(epoch from clock_timestamp() - min(xact_start)) from pg_stat_activity"));
  }

  @Test
  void showsTableSizesAndPartitionCounts() {
    Scrape seen = scrape();

    for (String table : List.of("instance", "instance_history", "attempt", "log_chunk")) {
      assertThat(seen.get("orrery_table_bytes{table=\"" + table + "\"}")).as(table).isPositive();
    }
    // Today, seven days ahead, and what falls outside of every day.
    assertThat(seen.get("orrery_table_partitions{table=\"instance_history\"}"))
        .isBetween(9.0, 1000.0);
    assertThat(seen.samples()).doesNotContainKey("orrery_table_partitions{table=\"instance\"}");
  }

  @Test
  void exposesMetricsOfBothConnectionPools() {
    assertThat(scrape().samples())
        .containsKeys(
            "agroal_active_count{datasource=\"default\"}",
            "agroal_active_count{datasource=\"engine\"}",
            "agroal_awaiting_count{datasource=\"engine\"}");
  }

  @Test
  void exposesOnlyKnownMetricLabelsWithoutUserChosenNames() {
    TestApp app = TestApp.create().withJob("a-job-of-a-name");
    TestWorker worker = app.workerLike().named("a-worker-of-a-name").join();
    app.run("a-job-of-a-name");
    worker.succeed(worker.take());
    Scrape seen = scrape();

    Set<String> labels = new TreeSet<>();
    seen.families().values().forEach(family -> labels.addAll(family.labels()));
    assertThat(
            Set.of(
                "app",
                "code",
                "kind",
                "outcome",
                "part",
                "reason",
                "state",
                "step",
                "table",
                "protocol",
                "verdict",
                "version"))
        .containsAll(labels);
    assertThat(String.join(" ", seen.samples().keySet()))
        .doesNotContain("of-a-name", worker.session());
    assertThat(seen.samples().keySet())
        .filteredOn(sample -> sample.contains(app.name()) || sample.contains("app="))
        .allMatch(sample -> sample.startsWith("orrery_app_work{"))
        .hasSizeLessThanOrEqualTo(100);
  }

  /** More of it than other tests leave behind, since only apps with most of it are shown. */
  @Test
  void countsReadyAndRunningRunsAsWorkOfApp() {
    TestApp app =
        TestApp.create()
            .withJob("job")
            .withJob("tagged", "{\"processor\":{\"type\":\"noop\"},\"requiredTags\":[\"special\"]}")
            .withJob("limited", "{\"processor\":{\"type\":\"noop\"},\"concurrency\":1}");
    TestWorker worker = app.worker();
    String work = "orrery_app_work{app=\"" + app.name() + "\"}";
    app.runTimes("job", 40);
    app.runTimes("tagged", 20);
    app.runTimes("limited", 3);
    app.run("job", "{\"runAt\":\"2099-01-01T00:00:00Z\"}");
    eventually(now -> now.get(work) == 61);

    List<Assignment> taken = worker.takeAll(2);
    eventually(now -> now.get(work) == 61 && now.get("orrery_instances{state=\"running\"}") >= 2);

    taken.forEach(worker::succeed);
    eventually(now -> now.get(work) >= 59 && now.get(work) <= 60);
  }

  @Test
  void matchesDocumentedMetricsExactly() {
    TestApp app = TestApp.create().withJob("job");
    TestWorker worker = app.worker();
    app.run("job");
    Assignment taken = worker.take();
    worker.renew(taken.ref());
    worker.logs();
    worker.succeed(taken);
    TestApp.eventually()
        .pollInterval(Duration.ofMillis(100))
        .until(
            () ->
                scrape()
                    .samples()
                    .containsKey("orrery_commit_batch_weight_count{kind=\"renewals\"}"));

    eventually(now -> now.families().containsKey("orrery_app_work"));

    MetricsPage.check("scheduler", scrape());
  }

  @Test
  void documentsEveryShare() {
    TestApp.create().withJob("job").run("job");
    List<String> rows =
        TextFile.read(Path.of("..", "..", "docs", "fairness.md"))
            .lines()
            .filter(line -> line.startsWith("| "))
            .toList();

    Set<String> kinds = new TreeSet<>();
    for (String sample : scrape().samples().keySet()) {
      Matcher share = SHARE.matcher(sample);
      if (share.matches()) {
        kinds.add(share.group(1));
      }
    }

    assertThat(kinds).contains("submissions", "request_bytes", "edits");
    assertThat(kinds)
        .allSatisfy(
            kind -> assertThat(rows).filteredOn(row -> row.contains("`" + kind + "`")).hasSize(1));
  }
}
