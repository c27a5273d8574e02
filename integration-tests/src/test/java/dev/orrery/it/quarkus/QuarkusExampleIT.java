package dev.orrery.it.quarkus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.it.harness.Stack;
import dev.orrery.testing.TextFile;
import dev.orrery.testing.program.Await;
import dev.orrery.testing.program.Ports;
import dev.orrery.testing.program.ProgramProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Builds and runs examples/quarkus by the commands of its README. */
@Tag("thorough")
class QuarkusExampleIT {
  private static final String APP = "demo";
  private static final String JOB = "send-invoices";
  private static final String BUILD = "./mvnw -q -f examples/quarkus/pom.xml package";
  private static final String RUN = "java -jar examples/quarkus/target/quarkus-app/quarkus-run.jar";
  private static final Duration START = Duration.ofSeconds(60);

  private static Stack stack;

  @BeforeAll
  static void startScheduler() {
    stack = new Stack("quarkus-example");
    stack.startScheduler();
    stack.api().putApp(APP);
  }

  @AfterAll
  static void stopScheduler() {
    if (stack != null) {
      stack.close();
    }
  }

  @Test
  void runsAsItsReadmeSays() throws IOException {
    assertThat(TextFile.read(Stack.root().resolve("examples/quarkus/README.md")))
        .contains(BUILD + "\n")
        .contains(RUN + "\n")
        .contains("./orrery run " + JOB + " -p day=2026-11-26 --follow\n");
    QuarkusProgram.build(inRoot(BUILD), log("maven"));

    try (ProgramProcess application = ProgramProcess.start(inRoot(RUN), settings(), log("run"))) {
      Await.until(
          () -> "the job is declared:\n" + application.output(),
          START,
          () -> {
            application.requireAlive();
            return application.output().contains("Declared the jobs: app=demo");
          });
      String id = stack.api().runMany(APP, JOB, 1).get(0);

      stack.api().awaitState(id, "SUCCEEDED", START);

      assertThat(stack.api().instance(id).get("result").asText()).contains("\"invoices\":3");
    }
  }

  /** What differs from a scheduler of {@code ./orrery up}, and the tokens. */
  private static Map<String, String> settings() {
    Map<String, String> environment = new HashMap<>();
    environment.put("ORRERY_WORKER_TOKEN", stack.api().newToken(APP, "worker"));
    environment.put("ORRERY_WORKER_DECLARE_TOKEN", stack.api().newToken(APP, "operator"));
    environment.put("ORRERY_WORKER_SERVER", "http://localhost:" + stack.httpPort());
    environment.put("ORRERY_WORKER_DECLARE_SERVER", "http://localhost:" + stack.apiPort());
    environment.put("QUARKUS_HTTP_PORT", Integer.toString(Ports.free()));
    return environment;
  }

  private static List<String> inRoot(String command) {
    return List.of("sh", "-c", "cd '" + Stack.root().toAbsolutePath() + "' && exec " + command);
  }

  private static Path log(String name) {
    return stack.directory().resolve(name + ".log");
  }
}
