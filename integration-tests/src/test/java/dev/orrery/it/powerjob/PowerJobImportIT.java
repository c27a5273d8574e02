package dev.orrery.it.powerjob;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.it.harness.AtNight;
import dev.orrery.it.harness.Postgres;
import dev.orrery.it.harness.Script;
import dev.orrery.it.powerjob.OriginalServer.Storage;
import dev.orrery.it.powerjob.PowerJobProgram.Setting;
import dev.orrery.testing.program.ProgramProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Imports the jobs of PowerJob's own server, from the server and from its database. Afterwards the
 * same client runs a job by the same number.
 */
@Tag("thorough")
@AtNight
class PowerJobImportIT {
  private static final Duration LONGEST = Duration.ofMinutes(3);
  private static final String CLIENT = "4.3.6";
  private static final String PASSWORD = "a password of clients";
  private static final int JOBS = 200;

  /** Of 200 jobs, one is deleted. */
  private static final int KEPT = JOBS - 1;

  private static PowerJobSite site;

  @BeforeAll
  static void startScheduler() {
    site = PowerJobSite.create("powerjob-import");
    site.stack().startScheduler();
  }

  @AfterAll
  static void stop() {
    site.close();
  }

  /** What is done to the database of a server. */
  private interface Change {
    Change NONE = () -> {};

    void make() throws Exception;
  }

  @Test
  void importsJobsOfServerOnH2() throws Exception {
    String app = "of-h2";
    Path directory = directory(app);

    move(app, directory, Storage.h2(directory), Change.NONE, Change.NONE);
  }

  /**
   * Hibernate makes columns for large objects. A server with PowerJob's own dialect needs texts, as
   * its scripts have them; one without it keeps the large objects.
   */
  @Test
  void importsJobsOfServerOnPostgresqlWithTextOrLargeObjectColumns() throws Exception {
    String app = "of-postgresql";
    Path directory = directory(app);
    try (Postgres postgres = Postgres.create(directory)) {
      move(
          app,
          directory,
          new Storage(
              "org.postgresql.Driver",
              "jdbc:postgresql://127.0.0.1:" + postgres.port() + "/postgres",
              Postgres.USER,
              Postgres.PASSWORD,
              List.of(
                  "--spring.datasource.remote.hibernate.properties.hibernate.dialect="
                      + "tech.powerjob.server.persistence.config.dialect.PowerJobPGDialect")),
          () -> {
            for (String change :
                postgres.texts(
                    """
                    select format('alter table %I alter column %I type text using %I::text',
                      table_name, column_name, column_name)
                    from information_schema.columns
                    where table_schema = 'public' and data_type = 'oid'
                    """)) {
              postgres.execute(change);
            }
          },
          () ->
              postgres.execute(
                  "alter table job_info alter column job_params type oid"
                      + " using lo_from_bytea(0, convert_to(job_params, 'UTF8'))"));
    }
  }

  private static Path directory(String app) throws IOException {
    return Files.createDirectories(site.stack().directory().resolve(app));
  }

  /**
   * @param started done to the database of the server when it has started
   * @param stopped done to it when it has stopped
   */
  private static void move(
      String app, Path directory, Storage storage, Change started, Change stopped)
      throws Exception {
    PublishedLibraries libraries = libraries("powerjob-server-4.3.9", "server/pom.xml", List.of());
    PowerJobProgram program = PowerJobSite.program(PowerJobProgram.DEFAULT_VERSION);
    Files.writeString(directory.resolve("client-password"), PASSWORD);
    Files.writeString(directory.resolve("database-password"), storage.password());
    Script script = Script.of(site.stack());
    String before;
    try (OriginalServer server = OriginalServer.start(libraries, directory, storage)) {
      started.make();
      server.createApp(app, PASSWORD);
      client(app, server.address(), "save", Integer.toString(JOBS));
      try (ProgramProcess worker = site.start(program, server.address(), app, Setting.DEFAULT)) {
        before = client(app, server.address(), "run");
        worker.requireAlive();
      }
      JsonNode report = imported(script, fromServer(app, directory, server));
      assertThat(report.path("jobs")).hasSize(KEPT);
      assertThat(report.at("/changes/create").asInt()).isEqualTo(importedJobs(report));
      if (storage.url().startsWith("jdbc:h2:")) {
        Script.Result refused =
            script.run(fromDatabase(app, directory, libraries, storage).toArray(String[]::new));
        assertThat(refused.err().lines()).singleElement().asString().contains("stop the server");
      }
    }
    assertThat(before).isEqualTo("17: 5 job 17");
    for (Change change : List.of(Change.NONE, stopped)) {
      change.make();
      JsonNode again = imported(script, fromDatabase(app, directory, libraries, storage));
      assertThat(again.path("jobs")).hasSize(KEPT);
      assertThat(again.path("changes").toString())
          .isEqualTo("{\"none\":" + importedJobs(again) + "}");
      assertThat(importedJobs(again)).isGreaterThan(JOBS / 10);
    }

    site.open(app);
    site.api()
        .call(
            "PUT",
            "/apps/" + app + "/powerjob",
            "{\"password\":\"" + PASSWORD + "\",\"readsWithoutNumber\":true}");
    String address = "127.0.0.1:" + site.stack().apiPort();
    try (ProgramProcess worker = site.start(program, app, Setting.DEFAULT)) {
      assertThat(client(app, address, "run")).isEqualTo(before);
      worker.requireAlive();
    }
    assertThat(site.api().get("/apps/" + app + "/jobs/runnable").path("enabled").asBoolean(true))
        .isFalse();
  }

  private static int importedJobs(JsonNode report) {
    int imported = 0;
    for (JsonNode job : report.path("jobs")) {
      imported += job.path("result").asText().startsWith("imported") ? 1 : 0;
    }
    return imported;
  }

  private static JsonNode imported(Script script, List<String> words) throws Exception {
    Script.Result result = script.run(words.toArray(String[]::new));
    assertThat(result.exitCode()).as(result.err()).isZero();
    return result.json();
  }

  private static List<String> fromServer(String app, Path directory, OriginalServer server) {
    return line(app, directory, "--server", server.url(), "client-password");
  }

  private static List<String> fromDatabase(
      String app, Path directory, PublishedLibraries libraries, Storage storage) {
    List<String> line = line(app, directory, "--jdbc", storage.url(), "database-password");
    line.addAll(List.of("--user", storage.user()));
    if (storage.url().startsWith("jdbc:h2:")) {
      line.addAll(List.of("--driver", libraries.jar("h2-").toString()));
    }
    return line;
  }

  private static List<String> line(
      String app, Path directory, String source, String url, String password) {
    return new ArrayList<>(
        List.of(
            "powerjob",
            "import",
            app,
            source,
            url,
            "--password-file",
            directory.resolve(password).toString(),
            "--directory",
            directory.toString(),
            "--zone",
            "Asia/Shanghai",
            "--apply",
            "-o",
            "json"));
  }

  /** Returns the last line that the client prints. */
  private static String client(String app, String address, String... words) throws IOException {
    PublishedLibraries libraries =
        libraries(
            "powerjob-client-" + CLIENT, "client/pom.xml", List.of("-Dpowerjob.version=" + CLIENT));
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-Dfile.encoding=UTF-8",
                "-cp",
                libraries.compile(PublishedLibraries.SOURCES.resolve("client/java")),
                "client.Jobs",
                address,
                app,
                PASSWORD));
    command.addAll(List.of(words));
    ProgramProcess client =
        ProgramProcess.start(
            command, Map.of(), Files.createTempFile(directory(app), "client-", ".log"));
    assertThat(client.awaitExit(LONGEST)).as(client.output()).isZero();
    return client.output().strip().lines().reduce((first, second) -> second).orElse("");
  }

  private static PublishedLibraries libraries(String name, String pom, List<String> properties)
      throws IOException {
    Optional<PublishedLibraries> libraries = PublishedLibraries.copy(name, pom, properties);
    if (libraries.isEmpty()) {
      System.out.println("SKIPPED: " + name + " cannot be resolved");
      Assumptions.abort(name + " cannot be resolved");
    }
    return libraries.get();
  }
}
