package dev.orrery.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.it.EverySecond.Fires;
import dev.orrery.it.harness.Api;
import dev.orrery.it.harness.AtNight;
import dev.orrery.it.harness.Postgres;
import dev.orrery.it.harness.Stack;
import dev.orrery.testing.program.Await;
import dev.orrery.testing.program.MachineLoad;
import dev.orrery.testing.program.ProgramProcess;
import dev.orrery.worker.OrreryWorker;
import dev.orrery.worker.WorkerSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Causes faults of a single row or job, while a job of another app fires each second. */
@Tag("thorough")
@AtNight
class NeighbourFaultIT {
  private static final String OTHER = "every-second";
  private static final Duration SOON = Duration.ofSeconds(30);

  /** If true, the tests of long backlogs run as well. */
  private static final String BACKLOG = "orrery.it.neighbours.backlog";

  private static final String LONG = "minutes: -Dorrery.it.neighbours.backlog=true";

  private static final String ACTIVE =
      "select count(*) from instance i join job j on j.id = i.job_id join app on app.id = j.app_id"
          + " where app.name = '%s'";
  private static final String READY = ACTIVE + " and i.state = 1";

  private static final String LATEST_MILLIS =
      """
      select max(extract(epoch from started - due_at)) * 1000 from (
        select due_at, started_at as started, job_id from instance_history
        union all select due_at, coalesce(started_at, clock_timestamp()), job_id from instance) i
      join job j on j.id = i.job_id
      where j.name = 'tick' and due_at >= '%s' and due_at < '%s'
      """;

  private static final String MISSING_DAYS =
      """
      select 3 - count(*) from pg_inherits i join pg_class c on c.oid = i.inhrelid
      where i.inhparent = 'instance_history'::regclass
        and c.relname in (select 'instance_history_' || to_char(day, 'YYYYMMDD')
          from generate_series(current_date, current_date + 2, interval '1 day') day)
      """;

  /** Opens a transaction that has read the history, as pg_dump does. */
  @Test
  void runsJobsAndStartsReplicaDespiteOpenHistoryReader() throws Exception {
    try (Stack first = new Stack("reader-1");
        Postgres database = Postgres.start(first.directory());
        Stack second = new Stack("reader-2")) {
      first.startSchedulerOn(database);
      ProgramProcess restarted = second.startSchedulerOn(database);
      dropDay(database, 2);
      assertThat(database.count(MISSING_DAYS)).isOne();
      try (EverySecond other = EverySecond.start(first, OTHER);
          Connection reader = database.connect()) {
        reader.setAutoCommit(false);
        try (Statement statement = reader.createStatement()) {
          statement.execute("select count(*) from instance_history");
        }
        Instant begun = Instant.now();

        restarted.kill();
        second.startSchedulerOn(database);
        double longestRead = 0;
        while (Instant.now().isBefore(begun.plusSeconds(20))) {
          long asked = System.nanoTime();
          first.api().get("/apps/" + OTHER + "/instances?limit=20");
          longestRead = Math.max(longestRead, (System.nanoTime() - asked) / 1e9);
          Await.pass(Duration.ofMillis(100));
        }

        assertNothingWaited(other, begun, 2);
        assertThat(longestRead).as("seconds of a read").isLessThan(shared(2));
        assertThat(second.isReady()).isTrue();
        assertThat(database.count(MISSING_DAYS)).as("days missing behind the reader").isOne();
        reader.rollback();
      }
      Await.until(
          "the day is made once the reader has gone",
          Duration.ofSeconds(130),
          () -> database.count(MISSING_DAYS) == 0);
    }
  }

  private static void dropDay(Postgres database, int ahead) throws SQLException {
    for (String table : List.of("instance_history", "attempt", "log_chunk")) {
      List<String> names =
          database.texts(
              "select '%s_' || to_char(current_date + %d, 'YYYYMMDD')".formatted(table, ahead));
      update(database, "drop table " + names.get(0));
    }
  }

  @Test
  void skipsUnreadableRowsAndShowsThemInMetrics() throws Exception {
    try (Stack stack = new Stack("rows");
        Postgres database = Postgres.start(stack.directory())) {
      ProgramProcess scheduler = stack.startSchedulerOn(database);
      String ticking =
          "{\"processor\":{\"type\":\"noop\"},\"trigger\":{\"cron\":\"* * * * * *\"},"
              + "\"overlap\":\"skip\"}";
      List<String> bad = List.of("unknown-processor", "next-release", "damaged");
      bad.forEach(job -> stack.api().putJob(Stack.APP, job, ticking));
      stack.api().putJob(Stack.APP, "good", ticking);
      scheduler.kill();
      damage(
          database, "unknown-processor", "jsonb_set(document, '{processor,type}', '\"quantum\"')");
      damage(database, "next-release", "jsonb_set(document, '{trigger,moon}', '\"full\"')");
      damage(database, "damaged", "'[1, 2]'");
      stack.startSchedulerOn(database);
      stack.startAgent();

      try (EverySecond other = EverySecond.start(stack, OTHER)) {
        Instant begun = Instant.now();
        Await.until(
            "the neighbour in the same app runs",
            SOON,
            () -> stack.api().states(Stack.APP, "good").getOrDefault("SUCCEEDED", 0) >= 3);
        stack.api().awaitState(stack.api().run(Stack.APP, "good"), "SUCCEEDED", SOON);
        for (String job : bad) {
          assertShown(stack.api(), job);
          call(stack.api(), "POST", "/apps/it/jobs/" + job + "/instances", "{}");
        }
        call(stack.api(), "GET", "/apps/it/jobs", null);
        call(stack.api(), "GET", "/apps/it/instances?limit=500", null);
        call(stack.api(), "GET", "/apps/it/fire-times", null);
        Await.until("some time goes by", SOON, () -> Instant.now().isAfter(begun.plusSeconds(10)));
        assertNothingWaited(other, begun, 2);
        assertThat(stack.isReady()).isTrue();
        assertThat(stack.schedulerMetrics())
            .containsPattern("orrery_set_aside\\{[^}]*kind=\"trigger\"[^}]*} 2.0");
      }
      for (String job : bad) {
        call(stack.api(), "PUT", "/apps/it/jobs/" + job, ticking);
        call(stack.api(), "DELETE", "/apps/it/jobs/" + job, null);
      }
    }
  }

  private static void assertShown(Api api, String job) {
    JsonNode shown = api.get("/apps/it/jobs/" + job);
    assertThat(shown.at("/status/unreadable").asText()).as(shown.toString()).isNotEmpty();
  }

  /** A refusal with its reason counts as a response. */
  private static void call(Api api, String method, String path, String body) {
    try {
      Api.Answer answer = api.call(method, path, body);
      assertThat(answer.status()).as(method + " " + path + ": " + answer).isLessThan(500);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void damage(Postgres database, String job, String document) throws SQLException {
    update(
        database,
        "update job_version set document = %s from job where job.id = job_id and job.name = '%s'"
            .formatted(document, job));
  }

  @Test
  void startsRemainingJobsPromptlyDespiteManyMissedFires() throws Exception {
    try (Stack stack = new Stack("absence");
        Postgres database = Postgres.start(stack.directory())) {
      ProgramProcess scheduler = stack.startSchedulerOn(database);
      putJobs(stack, "many", 1_000);
      putJobs(stack, "longest", 600);
      EverySecond.start(stack, OTHER).close();
      scheduler.kill();
      missFires(database, "many", "14 hours");
      missFires(database, "longest", "2 days");

      stack.startSchedulerOn(database);
      Instant started = Instant.now();
      // The worker connects meanwhile.
      Instant begun = started.plusSeconds(3);
      try (EverySecond other = EverySecond.start(stack, OTHER)) {
        Await.until(
            "all that was missed has fired", Duration.ofMinutes(2), () -> left(database) == 0);
        double seconds = Duration.between(started, Instant.now()).toMillis() / 1000.0;
        Await.until("some seconds", SOON, () -> Instant.now().isAfter(begun.plusSeconds(10)));
        Instant until = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        Fires fires = other.between(begun, until);
        System.out.printf(
            "NeighbourFaultIT: 1,000 jobs after 14 hours and 600 after two days fired %.1f s after"
                + " the start; %d fires of another app, %.3f s late at most%n",
            seconds, fires.count(), fires.latestSeconds());
        assertNothingWaited(other, begun, 1);
        assertThat(seconds).as("seconds to the first fires").isLessThan(shared(10));
      }
    }
  }

  @Test
  @EnabledIfSystemProperty(named = BACKLOG, matches = "true", disabledReason = LONG)
  @SuppressWarnings("try") // The workers run meanwhile.
  void startsThousandBlockedRunsPerSecondAlongsideThousandCronJobs() throws Exception {
    int runs = 30_000;
    try (Stack stack = new Stack("blocked");
        Postgres database = Postgres.start(stack.directory())) {
      stack.startSchedulerOn(database);
      logLongStatements(database);
      stack.api().putApp("limited");
      stack
          .api()
          .putJob("limited", "ten", "{\"processor\":{\"type\":\"noop\"},\"concurrency\":10}");
      submit(stack, "limited", "ten", runs);
      putJobs(stack, "crons", 1_000, "*/10 * * * * *");
      try (EverySecond other = EverySecond.start(stack, OTHER);
          OrreryWorker crons = noop(stack, "crons")) {
        Instant begun = Instant.now();
        try (OrreryWorker limited = noop(stack, "limited")) {
          Await.until(
              "all runs have ended",
              Duration.ofMinutes(5),
              () -> database.count(ACTIVE.formatted("limited")) == 0);
          double rate = runs / secondsSince(begun);
          Fires fires = other.between(begun, secondNow());
          System.out.printf(
              "NeighbourFaultIT: %,d blocked runs of a job with limit 10 ended at %,.0f a second beside"
                  + " 1,000 cron jobs; fires of another app %.3f s late at most%n",
              runs, rate, fires.latestSeconds());
          assertNothingWaited(other, begun, 2);
          assertThat(rate).as("runs a second").isGreaterThan(1_000 / shared(1));
          assertNoLongStatement(database);
        }
      }
    }
  }

  @Test
  @EnabledIfSystemProperty(named = BACKLOG, matches = "true", disabledReason = LONG)
  void resumesLongBacklogWithoutStatementOverOneSecond() throws Exception {
    int runs = 120_000;
    try (Stack stack = new Stack("resume");
        Postgres database = Postgres.start(stack.directory())) {
      stack.startSchedulerOn(database);
      stack.api().putApp("paused");
      stack.api().putJob("paused", "job", "{\"processor\":{\"type\":\"noop\"}}");
      call(stack.api(), "POST", "/apps/paused/pause", "{}");
      submit(stack, "paused", "job", runs);
      logLongStatements(database);
      try (EverySecond other = EverySecond.start(stack, OTHER)) {
        Instant begun = Instant.now();
        call(stack.api(), "POST", "/apps/paused/resume", null);
        double answered = secondsSince(begun);
        Await.until(
            "all are ready",
            Duration.ofMinutes(5),
            () -> database.count(READY.formatted("paused")) == runs);
        double all = secondsSince(begun);
        Fires fires = other.between(begun, secondNow());
        System.out.printf(
            "NeighbourFaultIT: resume of %,d answered after %.1f s, all ready after %.1f s; fires of"
                + " another app %.3f s late at most%n",
            runs, answered, all, fires.latestSeconds());
        assertNothingWaited(other, begun, 2);
        assertNoLongStatement(database);
      }
    }
  }

  /** The other job of the app is in the same lane, behind the paused runs. */
  @Test
  @EnabledIfSystemProperty(named = BACKLOG, matches = "true", disabledReason = LONG)
  @SuppressWarnings("try") // The workers run meanwhile.
  void startsSecondJobOfAppPromptlyWhilePausingLongBacklog() throws Exception {
    int runs = 300_000;
    try (Stack stack = new Stack("pause");
        Postgres database = Postgres.start(stack.directory())) {
      stack.startSchedulerOn(database);
      stack.api().putApp(OTHER);
      stack.api().putJob(OTHER, "backlog", "{\"processor\":{\"type\":\"noop\"}}");
      submit(stack, OTHER, "backlog", runs);
      logLongStatements(database);
      stack
          .api()
          .putJob(
              OTHER,
              "tick",
              "{\"processor\":{\"type\":\"noop\"},\"trigger\":{\"cron\":\"* * * * * *\"},"
                  + "\"priority\":9,\"overlap\":\"allow\"}");
      try (OrreryWorker worker = noop(stack, OTHER)) {
        Instant begun = Instant.now();
        call(stack.api(), "POST", "/apps/" + OTHER + "/jobs/backlog/pause", "{}");
        double answered = secondsSince(begun);
        Await.until(
            "all that waits is blocked",
            Duration.ofMinutes(5),
            () -> database.count(READY.formatted(OTHER) + " and j.name = 'backlog'") == 0);
        double all = secondsSince(begun);
        Await.pass(Duration.ofSeconds(5));
        double latest = database.count(LATEST_MILLIS.formatted(begun, secondNow())) / 1000.0;
        System.out.printf(
            "NeighbourFaultIT: pause of %,d answered after %.1f s, all blocked after %.1f s; another"
                + " job of the app and lane started %.3f s late at most%n",
            runs, answered, all, latest);
        assertThat(latest).as("seconds of the other job").isLessThan(shared(2));
        assertNoLongStatement(database);
      }
    }
  }

  private static double secondsSince(Instant begun) {
    return Duration.between(begun, Instant.now()).toMillis() / 1000.0;
  }

  private static Instant secondNow() {
    return Instant.now().truncatedTo(ChronoUnit.SECONDS);
  }

  private static OrreryWorker noop(Stack stack, String app) {
    return WorkerSettings.of(app, stack.api().newToken(app, "worker"))
        .server("http://localhost:" + stack.apiPort())
        .capacity(100)
        .processor("noop", context -> null)
        .start();
  }

  private static void submit(Stack stack, String app, String job, int runs) {
    for (int left = runs; left > 0; left -= 20_000) {
      stack.api().runMany(app, job, Math.min(left, 20_000));
    }
  }

  private static void logLongStatements(Postgres database) throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("alter system set log_min_duration_statement = '1s'");
      statement.execute("select pg_reload_conf()");
    }
  }

  /** On a shared machine any statement may take long. */
  private static void assertNoLongStatement(Postgres database) throws IOException {
    List<String> found = database.longStatements();
    found.forEach(System.out::println);
    if (!MachineLoad.isShared()) {
      assertThat(found).isEmpty();
    }
  }

  private static void putJobs(Stack stack, String app, int count) {
    putJobs(stack, app, count, "0 0 0 1 1 *");
  }

  private static void putJobs(Stack stack, String app, int count, String cron) {
    stack.api().putApp(app);
    for (int from = 0; from < count; from += 200) {
      int first = from;
      String jobs =
          IntStream.range(0, 200)
              .mapToObj(
                  n ->
                      "{\"name\":\"job-%d\",\"processor\":{\"type\":\"noop\"},\"overlap\":\"skip\",\"trigger\":{\"cron\":\"%s\"}}"
                          .formatted(first + n, cron))
              .collect(Collectors.joining(","));
      call(stack.api(), "POST", "/apps/" + app + "/jobs:apply", "{\"jobs\":[" + jobs + "]}");
    }
  }

  /** Moves earlier fires to now, so that only missed fires are measured. */
  private static void missFires(Postgres database, String app, String time) throws SQLException {
    String ofApp =
        "(select j.id from job j join app on app.id = j.app_id where app.name = '" + app + "')";
    update(
        database,
        "update job_version set document = jsonb_set(jsonb_set(document, '{trigger,cron}',"
            + " '\"* * * * * *\"'), '{trigger,until}', to_jsonb(to_char(now() at time zone 'UTC',"
            + " 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'))) where job_id in "
            + ofApp);
    update(
        database,
        "update trigger set next_fire_at = date_trunc('second', now()) - interval '"
            + time
            + "' where job_id in "
            + ofApp);
  }

  private static long left(Postgres database) throws SQLException {
    return database.count(
        "select count(*) from trigger where next_fire_at < now() - interval '1 minute'");
  }

  /** Checks that each second had its fire, and that none began late. */
  private static void assertNothingWaited(EverySecond other, Instant from, double seconds)
      throws SQLException {
    Instant begin = from.truncatedTo(ChronoUnit.SECONDS).plusSeconds(1);
    Instant end = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    Fires fires = other.between(begin, end);
    assertThat(fires.count())
        .as("fires of another app")
        .isEqualTo((int) Duration.between(begin, end).toSeconds());
    assertThat(fires.latestSeconds()).as("its latest start").isLessThan(shared(seconds));
  }

  private static double shared(double seconds) {
    return MachineLoad.stretch(Duration.ofMillis((long) (seconds * 1000))).toMillis() / 1000.0;
  }

  private static void update(Postgres database, String sql) throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      statement.executeUpdate(sql);
    }
  }
}
