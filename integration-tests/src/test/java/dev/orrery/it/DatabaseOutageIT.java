package dev.orrery.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.it.harness.Api;
import dev.orrery.it.harness.CuttingProxy;
import dev.orrery.it.harness.CuttingProxy.Mode;
import dev.orrery.it.harness.Postgres;
import dev.orrery.it.harness.Stack;
import dev.orrery.testing.program.Await;
import dev.orrery.testing.program.MachineLoad;
import dev.orrery.testing.program.ProgramProcess;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests how callers and probes see a database that does not respond or refuses writes. */
@Tag("thorough")
class DatabaseOutageIT {
  private static final String TOKEN = "admin-token-of-the-integration-tests";
  private static final String READY = "/ready";
  private static final String RUN = "/apps/" + Stack.APP + "/jobs/noop/instances";
  private static final Duration NOTICED = Duration.ofSeconds(8);
  private static final Duration BACK = Duration.ofSeconds(5);
  private static final Duration REFUSED = Duration.ofSeconds(20);

  @Test
  void refusesCallsWhileDatabaseHangsOrIsReadOnlyAndRecovers() throws Exception {
    try (Stack stack = new Stack("outage");
        Postgres database = Postgres.start(stack.directory());
        CuttingProxy way = new CuttingProxy(database.port())) {
      ProgramProcess scheduler =
          stack.launchScheduler(
              database.schedulerOptions(TOKEN, way.port()).toArray(new String[0]));
      stack.awaitScheduler();
      Api api = new Api(stack.apiPort(), TOKEN);
      api.putApp(Stack.APP);
      api.putJob(Stack.APP, "noop", "{\"processor\":{\"type\":\"noop\"}}");
      assertThat(submit(api).status()).isEqualTo(202);

      way.turn(Mode.HALF_OPEN);
      CompletableFuture<Api.Answer> inFlight =
          CompletableFuture.supplyAsync(() -> submitUnchecked(api));
      awaitCode(stack, "HANGING");
      assertThat(inFlight).succeedsWithin(NOTICED);
      assertUnknown(inFlight.join());
      assertRefusedAtOnce(api);
      way.turn(Mode.OPEN);
      assertWorksAgain(stack, api);

      readOnly(database, "on");
      way.cut();
      awaitCode(stack, "READ_ONLY");
      assertRefusedAtOnce(api);
      readOnly(database, "off");
      assertWorksAgain(stack, api);

      String log = scheduler.output();
      assertThat(log.lines().filter(line -> line.contains("Database is not writable"))).hasSize(2);
      assertThat(log).doesNotContain("\tat ");
      assertThat(log.lines().filter(line -> line.matches(".*(WARN|ERROR).*"))).hasSizeLessThan(20);
    }
  }

  @Test
  void refusesStartOnReadOnlyDatabase() throws Exception {
    try (Stack stack = new Stack("outage-start");
        Postgres database = Postgres.start(stack.directory());
        CuttingProxy way = new CuttingProxy(database.port())) {
      readOnly(database, "on");

      ProgramProcess refused = launch(stack, database, way);

      assertThat(refused.awaitExit(REFUSED.multipliedBy(2))).isNotZero();
      assertThat(refused.output())
          .contains("orrery: cannot start: the database is a standby, or read-only (")
          .doesNotContain("\tat ");
    }
  }

  @Test
  void startsOnceSilentDatabaseAnswers() throws Exception {
    try (Stack stack = new Stack("silent-start");
        Postgres database = Postgres.start(stack.directory());
        CuttingProxy way = new CuttingProxy(database.port())) {
      way.turn(Mode.HALF_OPEN);
      ProgramProcess scheduler = launch(stack, database, way);
      Await.until(
          "the scheduler waits",
          REFUSED.multipliedBy(9),
          () -> scheduler.output().contains("Database is not ready: it has not answered in time"));

      way.turn(Mode.OPEN);

      stack.awaitScheduler();
      assertThat(scheduler.output()).doesNotContain("\tat ");
    }
  }

  private static ProgramProcess launch(Stack stack, Postgres database, CuttingProxy way) {
    return stack.launchScheduler(
        database.schedulerOptions(TOKEN, way.port()).toArray(new String[0]));
  }

  private static void awaitCode(Stack stack, String code) {
    Await.until(
        () -> "readiness has " + code,
        NOTICED,
        () -> stack.schedulerCheck(READY, "database").at("/data/code").asText().equals(code));
  }

  private static void assertUnknown(Api.Answer answer) {
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.body().get("detail").asText())
        .contains("outcome is unknown")
        .contains("Idempotency-Key");
  }

  private static void assertRefusedAtOnce(Api api) throws IOException {
    long began = System.nanoTime();
    Api.Answer refused = submit(api);
    assertThat(refused.status()).isEqualTo(503);
    assertThat(refused.body().get("code").asText()).isEqualTo("UNAVAILABLE");
    assertThat(api.call("PUT", "/apps/" + Stack.APP + "/jobs/other", "{}").status()).isIn(422, 503);
    assertThat(Duration.ofNanos(System.nanoTime() - began))
        .isLessThan(MachineLoad.stretch(Duration.ofSeconds(2)));
  }

  private static void assertWorksAgain(Stack stack, Api api) {
    Await.until("a submission is taken", BACK, () -> submit(api).status() == 202);
    Await.until("the scheduler is ready", BACK, stack::isReady);
  }

  private static Api.Answer submit(Api api) throws IOException {
    return api.call("POST", RUN, "{}");
  }

  private static Api.Answer submitUnchecked(Api api) {
    try {
      return submit(api);
    } catch (IOException e) {
      throw new CompletionException(e);
    }
  }

  private static void readOnly(Postgres database, String value) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection(
                database.url() + "?options=-c%20default_transaction_read_only=off",
                Postgres.USER,
                Postgres.PASSWORD);
        Statement statement = connection.createStatement()) {
      statement.execute("alter database postgres set default_transaction_read_only = " + value);
    }
  }
}
