package dev.orrery.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.it.harness.AtNight;
import dev.orrery.it.harness.Postgres;
import dev.orrery.it.harness.Stack;
import dev.orrery.testing.WebhookReceiver;
import dev.orrery.testing.WebhookReceiver.Received;
import dev.orrery.testing.program.Await;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Tests the checks for overdue jobs and for pauses after failures: while the scheduler is killed,
 * and how many statements they need.
 */
@Tag("thorough")
@AtNight
class WatchIT {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final int WATCHED = 50_000;

  /** The statements in which the scheduler is killed, each with a condition on the row. */
  private static final Map<String, String> STATEMENTS = new LinkedHashMap<>();

  static {
    STATEMENTS.put("delete on webhook_event", "true");
    STATEMENTS.put("update on job_watch", "new.pause_due and not old.pause_due");
    STATEMENTS.put("update on job", "new.paused and not old.paused");
    STATEMENTS.put(
        "update on job_watch /* pause */",
        "new.success_check_at is null and old.success_check_at is not null");
    STATEMENTS.put("update on job_watch /* told */", "old.pause_due and not new.pause_due");
    STATEMENTS.put("insert on webhook_delivery", "new.event = 'paused'");
    STATEMENTS.put(
        "update on job_watch /* overdue */",
        "new.overdue_since is not null and old.overdue_since is null");
    STATEMENTS.put("insert on webhook_job_health", "new.overdue_since is not null");
    STATEMENTS.put("insert on webhook_delivery /* overdue */", "new.event = 'overdue'");
  }

  @Test
  void notifiesOnceAndPausesJobDespiteSchedulerKillInAnyStatement() throws Exception {
    try (WebhookReceiver receiver = new WebhookReceiver();
        Stack stack = new Stack("watch-kill", options());
        Postgres database = Postgres.start(stack.directory())) {
      database.execute(
          """
          create function hold() returns trigger language plpgsql as $$
          begin
            perform pg_advisory_xact_lock_shared(4711);
            return case tg_op when 'DELETE' then old else new end;
          end $$
          """);
      stack.startSchedulerOn(database);
      stack.startAgent();
      assertThat(
              stack
                  .api()
                  .call(
                      "PUT",
                      "/apps/" + Stack.APP + "/webhooks/ops",
                      "{\"url\":\"" + receiver.url() + "\",\"events\":[\"paused\",\"overdue\"]}")
                  .status())
          .isEqualTo(201);

      int number = 0;
      for (Map.Entry<String, String> statement : STATEMENTS.entrySet()) {
        number++;
        killIn(statement.getKey(), statement.getValue(), number, stack, database);
        String fails = "fails-" + number;
        String backup = "backup-" + number;
        awaitTold(receiver, "paused", fails);
        awaitTold(receiver, "overdue", backup);
        assertThat(
                stack.api().get("/apps/" + Stack.APP + "/jobs/" + fails).at("/status/pause/note"))
            .as(statement.getKey())
            .hasToString("\"Paused after 2 failures in a row: exit code 1\"");
      }

      for (int job = 1; job <= number; job++) {
        assertThat(idsOf(receiver, "paused", "fails-" + job)).hasSize(1);
        assertThat(idsOf(receiver, "overdue", "backup-" + job)).hasSize(1);
      }
      assertThat(database.count("select count(*) from job_watch where pause_due")).isZero();
      System.out.printf("WatchIT: %d kills, each told once and paused once%n", number);
    }
  }

  private static void killIn(
      String statement, String condition, int number, Stack stack, Postgres database)
      throws Exception {
    stack
        .api()
        .putJob(
            Stack.APP,
            "fails-" + number,
            "{\"processor\":{\"type\":\"shell\",\"script\":\"exit 1\"},"
                + "\"alerts\":{\"noSuccessFor\":\"1d\"},\"onFailure\":{\"pauseAfter\":2}}");
    stack
        .api()
        .putJob(
            Stack.APP,
            "backup-" + number,
            "{\"processor\":{\"type\":\"noop\"},\"alerts\":{\"noSuccessFor\":\"1h\"}}");
    try (Connection holder = database.connect();
        Statement lock = holder.createStatement()) {
      lock.execute("select pg_advisory_lock(4711)");
      String event = statement.replaceAll(" /\\*.*", "");
      database.execute(
          "create trigger hold before "
              + event
              + " for each row when ("
              + condition
              + ") execute function hold()");
      for (int run = 0; run < 2; run++) {
        stack.api().awaitState(stack.api().run(Stack.APP, "fails-" + number), "FAILED", SOON);
      }
      database.execute(
          "update job_watch w set counted_from = counted_from - interval '2 hours',"
              + " success_check_at = statement_timestamp() from job j"
              + " where j.id = w.job_id and j.name = 'backup-"
              + number
              + "'");
      Await.until(
          "the scheduler is in " + statement,
          SOON,
          () ->
              database.count(
                      "select count(*) from pg_locks where locktype = 'advisory' and not granted")
                  > 0);
      stack.killScheduler();
    }
    Await.until(
        "the database has ended the transactions of the killed scheduler",
        SOON,
        () ->
            database.count(
                    "select count(*) from pg_stat_activity where backend_type = 'client backend'"
                        + " and pid <> pg_backend_pid()")
                == 0);
    database.execute("drop trigger hold on " + statement.replaceAll(".* on (\\w+).*", "$1"));
    stack.startSchedulerOn(database);
  }

  private static void awaitTold(WebhookReceiver receiver, String event, String job) {
    Await.until(event + " of " + job, SOON, () -> !idsOf(receiver, event, job).isEmpty());
  }

  private static List<String> idsOf(WebhookReceiver receiver, String event, String job) {
    return receiver.received().stream()
        .filter(message -> event.equals(message.event()) && job.equals(message.job()))
        .map(Received::id)
        .distinct()
        .toList();
  }

  @Test
  void checksFiftyThousandIdleJobsWithFewStatements() throws SQLException, IOException {
    try (Stack stack = new Stack("watch-many", options())) {
      stack.startScheduler();
      stack.api().putJob(Stack.APP, "watched", "{\"processor\":{\"type\":\"noop\"}}");
      try (Connection connection = stack.connect();
          Statement statement = connection.createStatement()) {
        statement.execute("create extension if not exists pg_stat_statements");
        statement.execute(
            """
            with version as (
              select v.* from job j join job_version v on v.id = j.version_id
              where j.name = 'watched'
            ), made as (
              insert into job (app_id, name, version_id)
              select j.app_id, 'watched-' || n, new_instance_id()
              from job j, generate_series(1, %1$d) n where j.name = 'watched'
              returning id, app_id, version_id
            ), versions as (
              insert into job_version (id, job_id, version, document, lane_id, priority)
              select m.version_id, m.id, 1, v.document, v.lane_id, 5 from made m, version v
            )
            insert into job_watch (job_id, app_id, no_success_millis, runs_longer_millis,
              counted_from, success_check_at, slow_check_at, failures_from)
            select m.id, m.app_id, 3600000, 3600000, statement_timestamp(),
              statement_timestamp() + random() * interval '1 hour',
              statement_timestamp() + random() * interval '1 hour', statement_timestamp()
            from made m
            """
                .formatted(WATCHED));
        statement.execute("analyze");
        Await.pass(Duration.ofSeconds(5));
        statement.execute("select pg_stat_statements_reset()");
        Await.pass(Duration.ofMinutes(1));
        try (var rows =
            statement.executeQuery(
                """
                select coalesce(sum(calls), 0) as calls, coalesce(sum(rows), 0) as looked,
                  coalesce(sum(total_exec_time), 0) as millis, coalesce(sum(wal_bytes), 0) as wal
                from pg_stat_statements where query like '%with recursive apps%'
                """)) {
          rows.next();
          System.out.printf(
              "WatchIT: %d watched jobs, an idle minute: %d statements looked at %d jobs in"
                  + " %.0f ms, %d bytes of WAL%n",
              WATCHED,
              rows.getLong("calls"),
              rows.getLong("looked"),
              rows.getDouble("millis"),
              rows.getLong("wal"));
          assertThat(rows.getLong("calls")).isBetween(20L, 40L);
          assertThat(rows.getLong("looked"))
              .as("each once an hour, for success and for slow runs")
              .isBetween(2 * WATCHED / 60L / 2, 2 * WATCHED / 60L * 2);
          assertThat(rows.getDouble("millis")).isLessThan(3000);
        }
      }
    }
  }

  private static String[] options() {
    return new String[] {"-Dorrery.notifications.allowed-networks=127.0.0.1/32"};
  }
}
