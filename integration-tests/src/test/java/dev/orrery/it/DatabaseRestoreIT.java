package dev.orrery.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.it.harness.Api;
import dev.orrery.it.harness.AtNight;
import dev.orrery.it.harness.Postgres;
import dev.orrery.it.harness.Stack;
import dev.orrery.testing.program.Await;
import dev.orrery.testing.program.ProgramProcess;
import dev.orrery.worker.OrreryWorker;
import dev.orrery.worker.WorkerSettings;
import dev.orrery.worker.WorkerStatus;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Replaces the database with an earlier copy under a running scheduler, then creates other jobs in
 * another app.
 */
@Tag("thorough")
@AtNight
class DatabaseRestoreIT {
  private static final int JOBS = 100;
  private static final Duration SOON = Duration.ofSeconds(60);

  /** Sequences go back with the database, as ids do if the clock of its server is behind. */
  private static final List<String> IDS_OF_SEQUENCES = List.of("app", "lane", "job", "job_version");

  /** The app and the job of each attempt, as its worker received it. */
  private record Ran(String app, String job) {}

  private final Map<Long, Ran> runs = new ConcurrentHashMap<>();

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void runsEachJobInItsOwnAppAfterDatabaseRestore(boolean idsComeAgain)
      throws IOException, SQLException {
    try (Stack stack = new Stack("went-back", Leases.options());
        Postgres database = Postgres.start(stack.directory())) {
      if (idsComeAgain) {
        assignIdsBySequences(database);
      }
      ProgramProcess scheduler = stack.startSchedulerOn(database);
      Api api = stack.api().throughOutage(SOON);
      api.putApp("alpha");
      api.putApp("beta");
      try (OrreryWorker alpha = worker(stack, "alpha", "k");
          OrreryWorker beta = worker(stack, "beta", "u")) {
        Await.until(
            "both workers have a session",
            SOON,
            () ->
                Stream.of(alpha, beta)
                    .allMatch(one -> one.status().phase() == WorkerStatus.Phase.AGREED));
        api.putJob("beta", "regular", document("\"trigger\":{\"every\":\"PT1S\"}", "u0"));
        database.save(stack.directory().resolve("backup"));
        Await.until("the scheduler is back", SOON, stack::isReady);
        awaitSucceeded(api, runAll(api, "alpha", "k"));
        api.putApp("lost");

        database.restore(stack.directory().resolve("backup"));
        Await.until(
            "the scheduler has noticed it",
            SOON,
            () -> scheduler.output().contains("Database went back in time"));
        Await.until("the scheduler is back", SOON, stack::isReady);
        runs.clear();
        api.putApp("new");
        Map<Long, String> after = runAll(api, "beta", "u");
        awaitSucceeded(api, after);

        after.forEach((id, job) -> assertThat(runs.get(id)).isEqualTo(new Ran("beta", job)));
        assertThat(runs.values()).noneMatch(ran -> ran.app().equals("alpha"));
        assertThat(api.call("GET", "/apps/lost/jobs", null).status()).isEqualTo(404);
        Await.until(
            "triggers fire",
            SOON,
            () -> runs.values().stream().anyMatch(ran -> ran.job().equals("regular")));
        assertThat(stack.schedulerMetrics()).contains("orrery_database_went_back_total 1.0");
        assertThat(scheduler.output()).doesNotContain("Session expired");
      }
    }
  }

  private static void assignIdsBySequences(Postgres database) throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      for (String table : IDS_OF_SEQUENCES) {
        statement.execute("create sequence " + table + "_ids start 1000");
        statement.execute(
            "alter table %1$s alter column id set default nextval('%1$s_ids')".formatted(table));
      }
    }
  }

  private OrreryWorker worker(Stack stack, String app, String tags) {
    WorkerSettings settings =
        WorkerSettings.of(app, stack.api().newToken(app, "worker"))
            .name(app)
            .server("http://localhost:" + stack.apiPort())
            .capacity(20)
            .processor(
                "noop",
                context -> {
                  runs.put(context.instance(), new Ran(app, context.job()));
                  return null;
                });
    for (int i = 0; i < 10; i++) {
      settings.tag(tags + i);
    }
    return settings.start();
  }

  /** Creates jobs in ten lanes and runs each once; returns the names by run id. */
  private static Map<Long, String> runAll(Api api, String app, String tags) {
    Map<Long, String> jobs = new LinkedHashMap<>();
    for (int i = 0; i < JOBS; i++) {
      String job = app + "-" + i;
      api.putJob(app, job, document("\"priority\":5", tags + i % 10));
      jobs.put(Long.valueOf(api.run(app, job)), job);
    }
    return jobs;
  }

  private static String document(String field, String tag) {
    return "{\"processor\":{\"type\":\"noop\"},\"requiredTags\":[\"%s\"],%s}".formatted(tag, field);
  }

  private static void awaitSucceeded(Api api, Map<Long, String> jobs) {
    jobs.forEach(
        (id, job) -> {
          api.awaitState(Long.toString(id), "SUCCEEDED", SOON);
          assertThat(api.instance(Long.toString(id)).get("job").asText()).isEqualTo(job);
        });
  }
}
