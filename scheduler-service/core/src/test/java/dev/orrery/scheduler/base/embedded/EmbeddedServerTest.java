package dev.orrery.scheduler.base.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.orrery.protocol.startup.StartupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Starts and kills a real PostgreSQL server. */
@Execution(ExecutionMode.CONCURRENT)
@Tag("thorough")
class EmbeddedServerTest {
  /**
   * Never asks whether its server still lives, as a wait of any kind would. Tells when it ended.
   */
  private static final String LONG_QUERY =
      """
      do $$
      declare until timestamptz := clock_timestamp() + interval '4 s';
      begin
        while clock_timestamp() < until loop null; end loop;
        raise notice '%', extract(epoch from clock_timestamp());
      end $$
      """;

  @TempDir private static Path prepared;

  @TempDir private Path root;
  private EmbeddedServer server;

  /** Data for all tests: to create it takes longer than most of them. */
  @BeforeAll
  static void createData() throws IOException, InterruptedException {
    EmbeddedServer.start(settings(prepared)).stop();
  }

  @BeforeEach
  void start() throws IOException {
    try (Stream<Path> files = Files.walk(prepared.resolve("data"))) {
      // A directory comes before what is in it.
      for (Path file : files.toList()) {
        // PostgreSQL refuses a directory that others may read.
        Files.copy(
            file, root.resolve(prepared.relativize(file)), StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
    server = EmbeddedServer.start(settings());
  }

  @AfterEach
  void stop() throws IOException, InterruptedException {
    server.stopAtOnce();
  }

  private EmbeddedOptions settings() {
    return settings(root);
  }

  private static EmbeddedOptions settings(Path root) {
    return new EmbeddedOptions(
        root.resolve("data"),
        Path.of("target/test-server").toAbsolutePath(),
        0,
        Duration.ofSeconds(1));
  }

  @Test
  void waitsForLastQueryOfKilledServerOnRestart() throws Exception {
    CompletableFuture<Double> queryEnd = killDuringQuery();

    server.restart();

    requireEnded(queryEnd);
    assertThat(answer("select 1")).isEqualTo("1");
  }

  @Test
  void killsStuckBackendOfKilledServerOnRestart() throws Exception {
    try (Connection busy =
        DriverManager.getConnection(server.url(), server.user(), server.password())) {
      long pid = Long.parseLong(first(busy, "select pg_backend_pid()"));
      ProcessHandle backend =
          server.process().descendants().filter(one -> one.pid() == pid).findAny().orElseThrow();
      assertThat(new ProcessBuilder("/bin/sh", "-c", "kill -STOP " + pid).start().waitFor())
          .isZero();
      server.process().destroyForcibly();
      server.awaitEnd();

      server.restart(Duration.ofSeconds(1));

      backend.onExit().get(10, TimeUnit.SECONDS);
      assertThat(answer("select 1")).isEqualTo("1");
    }
  }

  @Test
  void waitsForLastQueryOfServerKilledWithServiceOnStart() throws Exception {
    CompletableFuture<Double> queryEnd = killDuringQuery();
    // Of a dead server only the lock of the directory is left to release.
    server.stop();

    server = EmbeddedServer.start(settings());

    requireEnded(queryEnd);
    assertThat(answer("select 1")).isEqualTo("1");
  }

  @Test
  void startsDespitePidFileOfUnrelatedProcess() throws Exception {
    server.process().destroyForcibly();
    server.awaitEnd();
    Path pidFile = root.resolve("data/postgres/postmaster.pid");
    String dead = Files.readString(pidFile);
    server.stop();
    Process stranger = new ProcessBuilder("sleep", "600").start();
    try {
      Files.writeString(pidFile, stranger.pid() + dead.substring(dead.indexOf('\n')));

      server = EmbeddedServer.start(settings());

      assertThat(answer("select 1")).isEqualTo("1");
      assertThat(stranger.isAlive()).as("the other program").isTrue();
    } finally {
      stranger.destroyForcibly();
    }
  }

  @Test
  void refusesWrongPasswordAndStopsServer() throws Exception {
    server.stop();
    Path password = root.resolve("data/database-password");
    Files.writeString(password, "wrong\n");

    assertThatThrownBy(() -> EmbeddedServer.start(settings()))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("refuses the password in the file " + password)
        .hasMessageContaining("orrery.data-dir");
    assertThat(root.resolve("data/postgres/postmaster.pid")).doesNotExist();
  }

  @Test
  void abortsStartOnRefusedLoginAndStopsServer() throws Exception {
    try (Connection template =
            DriverManager.getConnection(
                server.url().replace("/postgres", "/template1"), server.user(), server.password());
        Statement statement = template.createStatement()) {
      statement.execute("alter database postgres allow_connections false");
    }
    server.stop();

    assertThatThrownBy(() -> EmbeddedServer.start(settings()))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("refuses the login of the scheduler (FATAL: database \"postgres\" is")
        .hasMessageContaining("orrery.data-dir");
    assertThat(root.resolve("data/postgres/postmaster.pid")).doesNotExist();
  }

  @Test
  void reportsUnknownTimeZoneWithFix() {
    // user.timezone is shared by all tests of this JVM; the option is what the driver sends for it.
    Throwable refused =
        catchThrowable(
            () ->
                DriverManager.getConnection(
                        server.url() + "?options=-c%20TimeZone=IST",
                        server.user(),
                        server.password())
                    .close());

    assertThat(EmbeddedServer.refusal((SQLException) refused))
        .hasMessageContaining("the embedded database does not know the time zone")
        .hasMessageContaining("\"IST\"")
        .hasMessageEndingWith(EmbeddedServer.SET_TIME_ZONE);
  }

  /** Both times are of the clock of this machine. */
  private static void requireEnded(CompletableFuture<Double> queryEnd) throws Exception {
    double now = System.currentTimeMillis() / 1000.0;

    assertThat(queryEnd.get(60, TimeUnit.SECONDS))
        .as("the query of the dead server ended before the new one answered")
        .isLessThan(now);
  }

  /** Returns when the query, which goes on, will have ended. */
  private CompletableFuture<Double> killDuringQuery() throws Exception {
    Connection busy = DriverManager.getConnection(server.url(), server.user(), server.password());
    String backend = first(busy, "select pg_backend_pid()");
    CompletableFuture<Double> queryEnd =
        CompletableFuture.supplyAsync(
            () -> {
              try (busy;
                  Statement statement = busy.createStatement()) {
                statement.execute(LONG_QUERY);
                return Double.valueOf(statement.getWarnings().getMessage());
              } catch (SQLException e) {
                throw new IllegalStateException(e);
              }
            });
    awaitRunning(backend);
    server.process().destroyForcibly();
    server.awaitEnd();
    assertThat(queryEnd).as("the query outlives its server").isNotDone();
    return queryEnd;
  }

  private void awaitRunning(String backend) throws SQLException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!"active".equals(answer("select state from pg_stat_activity where pid = " + backend))) {
      assertThat(System.nanoTime()).as("the query runs").isLessThan(deadline);
    }
  }

  private String answer(String sql) throws SQLException {
    try (Connection connection =
        DriverManager.getConnection(server.url(), server.user(), server.password())) {
      return first(connection, sql);
    }
  }

  private static String first(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    }
  }
}
