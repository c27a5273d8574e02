package dev.orrery.it.failover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.it.harness.Api;
import dev.orrery.it.harness.AtNight;
import dev.orrery.it.harness.Machine;
import dev.orrery.it.harness.PgBouncer;
import dev.orrery.it.harness.Postgres;
import dev.orrery.it.harness.Stack;
import dev.orrery.testing.program.Await;
import dev.orrery.testing.program.MachineLoad;
import dev.orrery.testing.program.ProgramProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests a scheduler behind pgbouncer. */
@Tag("thorough")
@AtNight
class PoolerIT {
  private static final String TOKEN = "admin-token-of-the-integration-tests";
  private static final String JOB = "noop";
  private static final Duration SOON = Duration.ofSeconds(40);

  /** {@code server_login_retry} of the pooler, plus the two seconds of every outage. */
  private static final Duration BACK = Duration.ofSeconds(5);

  private static Path program;

  @BeforeAll
  static void findProgram() {
    program = Machine.programOrSkip("PoolerIT", "pgbouncer", "apt-get install pgbouncer");
  }

  @Test
  void refusesTransactionPoolingAndSurvivesRestartInSessionPooling() throws Exception {
    try (Stack stack = new Stack("pooler");
        Postgres database = Postgres.start(stack.directory())) {
      try (PgBouncer pooler =
          PgBouncer.start(program, stack.directory(), database, "transaction")) {
        ProgramProcess refused = launch(stack, database, pooler);

        assertThat(refused.awaitExit(SOON)).isNotZero();
        assertThat(refused.output())
            .contains("orrery: cannot start: a pooler between the scheduler and the database")
            .contains("pool_mode=session")
            .doesNotContain("\tat ");
      }
      try (PgBouncer pooler = PgBouncer.start(program, stack.directory(), database, "session")) {
        ProgramProcess scheduler = launch(stack, database, pooler);
        stack.awaitScheduler();
        Api api = new Api(stack.apiPort(), TOKEN);
        api.putApp(Stack.APP);
        api.putJob(Stack.APP, JOB, "{\"processor\":{\"type\":\"noop\"}}");
        List<String> ids = new ArrayList<>(List.of(api.run(Stack.APP, JOB)));

        database.stopServer();
        Await.until("readiness shows it", SOON, () -> !stack.isReady());
        database.startServer();
        long started = System.nanoTime();
        Await.until("a submission is accepted", SOON, () -> ids.add(submitted(api)));
        Duration back = Duration.ofNanos(System.nanoTime() - started);
        System.out.println("Failover: pgbouncer in session mode, on again after " + back);
        assertThat(back).isLessThan(MachineLoad.stretch(BACK));

        Await.until("the scheduler is ready", SOON, stack::isReady);
        ids.forEach(id -> assertThat(api.state(id)).isEqualTo("WAITING"));
        assertThat(scheduler.output()).doesNotContain("\tat ");
      }
    }
  }

  private static String submitted(Api api) throws IOException {
    Api.Answer answer =
        api.call("POST", "/apps/" + Stack.APP + "/jobs/" + JOB + "/instances", "{}");
    if (answer.status() != 202) {
      throw new IOException("not accepted: " + answer);
    }
    return answer.body().get("id").asText();
  }

  private static ProgramProcess launch(Stack stack, Postgres database, PgBouncer pooler) {
    return stack.launchScheduler(
        database.schedulerOptions(TOKEN, pooler.port()).toArray(new String[0]));
  }
}
