package dev.orrery.scheduler.extras.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.protocol.message.Assignment;
import dev.orrery.scheduler.base.database.DatabaseException;
import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.testkit.Api;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestDatabase;
import dev.orrery.scheduler.testkit.TestWorker;
import io.quarkus.scheduler.Scheduler;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Each alarm meets each thing that may happen to its job: whatever opens is ended once, and nothing
 * is told to have recovered without a success. Prints the messages of each pair.
 */
@QuarkusTest
class AlarmMatrixTest {
  private static final String DOCUMENT = "{\"processor\":{\"type\":\"noop\"},\"enabled\":%s%s%s}";
  private static final String ALERTS =
      ",\"alerts\":{\"noSuccessFor\":\"%s\",\"runsLongerThan\":\"%s\"}";

  /** What is told of a job; the last two are events that do not last. */
  private enum Alarm {
    FAILED,
    OVERDUE,
    SLOW,
    LATE,
    MISSED,
    PAUSED
  }

  private enum Meeting {
    NOTHING,
    PAUSE_OF_JOB,
    PAUSE_OF_APP,
    EDIT,
    DISABLED,
    DISABLED_AND_ENABLED,
    ALERT_TAKEN_OUT,
    DELETED,
    APP_DELETED,
    SKIPPED_FIRES,
    CANCELED_RUNS,
    RUN_IN_FLIGHT,
    HISTORY_DELETED,
    RESTART,
    REPLICA_KILLED,
    TWO_REPLICAS
  }

  /** Messages of the cells in which something else than a success ends the alarm, or also ends. */
  private static final Map<String, String> EXPECTED = new HashMap<>();

  static {
    for (String alarm : List.of("failed", "overdue", "slow", "late")) {
      String name = alarm.toUpperCase(Locale.ROOT);
      EXPECTED.put(name + " DELETED", alarm + ", closed " + alarm + " DELETED");
      EXPECTED.put(name + " APP_DELETED", alarm + ", closed " + alarm + " DELETED");
      if (!alarm.equals("late")) {
        EXPECTED.put(name + " DISABLED", alarm + ", closed " + alarm + " DISABLED");
        EXPECTED.put(name + " DISABLED_AND_ENABLED", alarm + ", closed " + alarm + " DISABLED");
      }
      if (alarm.equals("overdue") || alarm.equals("slow")) {
        EXPECTED.put(name + " ALERT_TAKEN_OUT", alarm + ", closed " + alarm + " ALERT_REMOVED");
      }
    }
    EXPECTED.put("OVERDUE RUN_IN_FLIGHT", "overdue, failed, recovered failed, recovered overdue");
    EXPECTED.put("SLOW RUN_IN_FLIGHT", "slow, failed, recovered failed, recovered slow");
    EXPECTED.put("LATE RUN_IN_FLIGHT", "late, failed, recovered failed, closed late NONE_WAITS");
    EXPECTED.put("MISSED RUN_IN_FLIGHT", "missed, failed, recovered failed");
    String paused = "failed, paused";
    EXPECTED.put("PAUSED DISABLED", paused + ", closed failed DISABLED");
    EXPECTED.put("PAUSED DISABLED_AND_ENABLED", paused + ", closed failed DISABLED");
    EXPECTED.put("PAUSED DELETED", paused + ", closed failed DELETED");
    EXPECTED.put("PAUSED APP_DELETED", paused + ", closed failed DELETED");
    EXPECTED.put("MISSED DELETED", "missed");
    EXPECTED.put("MISSED APP_DELETED", "missed");
  }

  private static String expected(Alarm alarm, Meeting meeting) {
    String usual =
        switch (alarm) {
          case FAILED -> "failed, recovered failed";
          case OVERDUE -> "overdue, recovered overdue";
          case SLOW -> "slow, recovered slow";
          case LATE -> "late, closed late NONE_WAITS";
          case MISSED -> "missed";
          case PAUSED -> "failed, paused, recovered failed";
        };
    return EXPECTED.getOrDefault(alarm + " " + meeting, usual);
  }

  @Inject Scheduler timers;
  @Inject HealthEvaluation evaluation;
  @Inject WatchEvaluation watches;
  @Inject EngineDatabase database;
  @Inject ObjectMapper json;
  @Inject PublicUrlConfig publicUrl;

  private final List<String> printed = new ArrayList<>();
  private TestApp app;
  private TestWorker worker;

  @BeforeEach
  void start() {
    timers.pause();
    create();
  }

  @AfterEach
  void stop() {
    timers.resume();
  }

  private void create() {
    app = TestApp.create();
    worker = app.worker();
    app.asOperator()
        .body("{\"url\":\"https://hooks.example.invalid/\"}")
        .put(app.path("/webhooks/ops"))
        .then()
        .statusCode(201);
  }

  @Test
  void endsEachAlarmOnceAndRecoversBySuccessOnly() {
    List<String> wrong = new ArrayList<>();
    for (Alarm alarm : Alarm.values()) {
      for (Meeting meeting : Meeting.values()) {
        Cell cell = new Cell(alarm, meeting);
        List<String> told = cell.run();
        String line = alarm + " " + meeting + ": " + String.join(", ", told);
        printed.add(line);
        if (!String.join(", ", told).equals(expected(alarm, meeting))) {
          wrong.add(line + " instead of " + expected(alarm, meeting));
        }
        wrong.addAll(cell.broken(told));
        if (meeting == Meeting.APP_DELETED) {
          create();
        }
      }
    }
    printed.forEach(System.out::println);
    System.out.printf("AlarmMatrixTest: %d cells, %d wrong%n", printed.size(), wrong.size());
    assertThat(wrong).isEmpty();
  }

  private void evaluate() {
    look(evaluation, watches);
  }

  private static void look(HealthEvaluation evaluation, WatchEvaluation watches) {
    evaluation.events();
    watches.pauses();
    evaluation.late();
    watches.overdue();
    watches.slow();
  }

  /** One alarm, and one thing that happens to its job. */
  private final class Cell {
    private final Alarm alarm;
    private final Meeting meeting;
    private final String job;
    private final List<String> successes = new ArrayList<>();
    private Assignment inFlight;
    private Assignment slow;

    Cell(Alarm alarm, Meeting meeting) {
      this.alarm = alarm;
      this.meeting = meeting;
      this.job = (alarm + "-" + meeting).toLowerCase(Locale.ROOT).replace('_', '-');
    }

    List<String> run() {
      write(true, "26h", "10s");
      if (meeting == Meeting.RUN_IN_FLIGHT) {
        app.run(job);
        inFlight = worker.take();
      }
      cause();
      if (meeting == Meeting.REPLICA_KILLED) {
        loseOneLook();
      }
      evaluate();
      evaluate();
      meet();
      evaluate();
      evaluate();
      if (meeting != Meeting.DELETED && meeting != Meeting.APP_DELETED) {
        succeed();
      }
      evaluate();
      evaluate();
      List<String> told = told();
      return told;
    }

    private void write(boolean enabled, String noSuccess, String longest) {
      String alerts = noSuccess == null ? "" : ALERTS.formatted(noSuccess, longest);
      String pause = alarm == Alarm.PAUSED ? ",\"onFailure\":{\"pauseAfter\":1}" : "";
      app.withJob(job, DOCUMENT.formatted(enabled, alerts, pause));
    }

    private void cause() {
      switch (alarm) {
        case FAILED, PAUSED -> {
          app.run(job);
          worker.fail(takeOther(), "no");
        }
        case OVERDUE ->
            change(
                "job_watch",
                "counted_from = counted_from - interval '27 hours', success_check_at = now()");
        case SLOW -> {
          app.run(job);
          slow = takeOther();
          change("instance", "started_at = started_at - interval '1 minute'");
          change("job_watch", "slow_check_at = now()");
        }
        case LATE -> {
          app.run(job);
          change("instance", "due_at = due_at - interval '1 hour'");
        }
        case MISSED -> history(1, 14, "'MISSED'");
      }
    }

    private Assignment takeOther() {
      return inFlight == null ? worker.take() : worker.take(inFlight.ref());
    }

    /** The replica dies before it has stored the message. */
    private void loseOneLook() {
      TestDatabase.update(
          "create function lose() returns trigger language plpgsql as "
              + "$$ begin raise exception 'killed'; end $$");
      TestDatabase.update(
          "create trigger lose before insert on webhook_delivery for each row execute function lose()");
      try {
        assertThatThrownBy(AlarmMatrixTest.this::evaluate).isInstanceOf(DatabaseException.class);
      } finally {
        TestDatabase.update("drop function lose() cascade");
      }
    }

    private void meet() {
      switch (meeting) {
        case PAUSE_OF_JOB -> {
          post("/jobs/" + job + "/pause");
          evaluate();
          post("/jobs/" + job + "/resume");
        }
        case PAUSE_OF_APP -> {
          post("/pause");
          evaluate();
          post("/resume");
        }
        case EDIT -> write(true, "48h", "20s");
        case DISABLED -> write(false, "26h", "10s");
        case DISABLED_AND_ENABLED -> {
          write(false, "26h", "10s");
          evaluate();
          // A run that is still too long would rightly be told again.
          endSlow();
          write(true, "26h", "10s");
        }
        case ALERT_TAKEN_OUT -> write(true, null, null);
        case DELETED -> {
          app.asOperator().delete(app.path("/jobs/" + job)).then().statusCode(204);
          endSlow();
        }
        case APP_DELETED ->
            Api.asAdmin()
                .delete(Api.V1 + "/apps/" + app.name() + "?withContents=true")
                .then()
                .statusCode(204);
        case SKIPPED_FIRES -> history(1500, 14, "'OVERLAP'");
        case CANCELED_RUNS -> history(1500, 13, "null");
        case RUN_IN_FLIGHT -> worker.fail(inFlight, "no");
        case HISTORY_DELETED ->
            TestDatabase.update(
                "delete from instance_history where job_id = (select j.id from job j join app a on"
                    + " a.id = j.app_id where a.name = ? and j.name = ?)",
                app.name(),
                job);
        case RESTART -> {
          HealthEvaluation again = new HealthEvaluation(database, json, publicUrl);
          look(again, new WatchEvaluation(database, again, null, publicUrl));
        }
        case TWO_REPLICAS -> {
          CompletableFuture<Void> other =
              CompletableFuture.runAsync(AlarmMatrixTest.this::evaluate);
          evaluate();
          other.join();
        }
        case NOTHING, REPLICA_KILLED -> evaluate();
      }
    }

    private void endSlow() {
      if (slow != null) {
        worker.succeed(slow);
        successes.add(Long.toString(slow.instance()));
        slow = null;
      }
    }

    private void succeed() {
      endSlow();
      evaluate();
      if (alarm == Alarm.PAUSED && meeting != Meeting.PAUSE_OF_JOB) {
        post("/jobs/" + job + "/resume");
      }
      if (alarm != Alarm.LATE) {
        app.run(job);
      }
      Assignment last = worker.take();
      worker.succeed(last);
      successes.add(Long.toString(last.instance()));
    }

    private void post(String path) {
      app.asOperator().post(app.path(path)).then().statusCode(200);
    }

    private void change(String table, String set) {
      TestDatabase.update(
          "update %s x set %s from job j join app a on a.id = j.app_id where x.job_id = j.id and a.name = ? and j.name = ?"
              .formatted(table, set),
          app.name(),
          job);
    }

    private void history(int rows, int state, String reason) {
      TestDatabase.update(
          """
          insert into instance_history (id, job_id, job_version_id, due_at, ended_at, attempt, state,
            priority, reported, reason)
          select new_instance_id(), j.id, j.version_id, now(), statement_timestamp(), 0, %d, 5, false, %s
          from job j join app a on a.id = j.app_id, generate_series(1, %d)
          where a.name = ? and j.name = ?
          """
              .formatted(state, reason, rows),
          app.name(),
          job);
    }

    private List<String> told() {
      return bodies().stream()
          .map(
              body ->
                  (body.path("event").asText()
                          + " "
                          + body.path("of").asText()
                          + " "
                          + body.path("reason").asText())
                      .strip())
          .toList();
    }

    private List<JsonNode> bodies() {
      String all =
          TestDatabase.read(
              """
              select coalesce(json_agg(d.body::json order by d.id), '[]')
              from webhook_delivery d join webhook w on w.id = d.webhook_id
              join app a on a.id = w.app_id
              where a.name = ? and d.body::json ->> 'job' = ?
              """,
              app.name(),
              job);
      try {
        List<JsonNode> bodies = new ArrayList<>();
        json.readTree(all).forEach(bodies::add);
        return bodies;
      } catch (JsonProcessingException e) {
        throw new AssertionError(all, e);
      }
    }

    /** What no cell may tell, whatever is expected of it. */
    private List<String> broken(List<String> told) {
      List<String> broken = new ArrayList<>();
      List<String> open = new ArrayList<>();
      for (String message : told) {
        String[] parts = message.split(" ", -1);
        if (parts.length == 1 && !List.of("missed", "paused").contains(message)) {
          if (open.contains(message)) {
            broken.add(job + " told twice: " + message);
          }
          open.add(message);
        } else if (parts.length > 1 && !open.remove(parts[1])) {
          broken.add(job + " ended what was not open: " + message);
        }
      }
      open.forEach(left -> broken.add(job + " left open: " + left));
      bodies().stream()
          .filter(body -> body.path("event").asText().equals("recovered"))
          .filter(body -> !successes.contains(body.path("instance").asText()))
          .forEach(body -> broken.add(job + " recovered without a success: " + body));
      return broken;
    }
  }
}
