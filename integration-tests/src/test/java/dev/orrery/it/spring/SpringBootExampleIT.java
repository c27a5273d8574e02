package dev.orrery.it.spring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.it.harness.Stack;
import dev.orrery.it.harness.StarterRepository;
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

/** Builds and runs examples/spring-boot by the commands of its README. */
@Tag("thorough")
class SpringBootExampleIT {
  private static final String APP = "demo";
  private static final String JOB = "send-invoices";
  private static final String BUILD = "./mvnw -q -f examples/spring-boot/pom.xml package";
  private static final String RUN = "java -jar examples/spring-boot/target/billing.jar";

  /** What a native build does first. */
  private static final String BUILD_AHEAD_OF_TIME =
      "./mvnw -q -f examples/spring-boot/pom.xml clean compile spring-boot:process-aot jar:jar"
          + " spring-boot:repackage";

  private static final Duration MAX_BUILD = Duration.ofMinutes(5);
  private static final Duration START = Duration.ofSeconds(60);

  private static Stack stack;
  private static StarterRepository repository;

  @BeforeAll
  static void startScheduler() throws IOException {
    repository = StarterRepository.fill("spring-repository");
    stack = new Stack("spring-example");
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
  void runsAsItsReadmeSays() {
    assertThat(TextFile.read(Stack.root().resolve("examples/spring-boot/README.md")))
        .contains(BUILD + "\n")
        .contains(RUN + "\n")
        .contains("./orrery run " + JOB + " -p day=2026-11-26 --follow\n");
    build(BUILD);

    runJob("example", RUN);
  }

  @Test
  void runsAsProcessedAheadOfTime() {
    build(BUILD_AHEAD_OF_TIME);

    assertThat(runJob("ahead-of-time", RUN.replace("-jar", "-Dspring.aot.enabled=true -jar")))
        .contains("Starting AOT-processed BillingApplication");
  }

  private static void build(String command) {
    ProgramProcess maven =
        ProgramProcess.start(
            inRoot(command), repository.environment(), log("maven-" + command.hashCode()));
    assertThat(maven.awaitExit(MAX_BUILD)).as(() -> maven.output()).isZero();
  }

  private static List<String> inRoot(String command) {
    return List.of("sh", "-c", "cd '" + Stack.root().toAbsolutePath() + "' && exec " + command);
  }

  private static Path log(String name) {
    return stack.directory().resolve(name + ".log");
  }

  /** Returns what the application has written. */
  private static String runJob(String name, String command) {
    Map<String, String> environment = new HashMap<>();
    environment.put("ORRERY_WORKER_TOKEN", stack.api().newToken(APP, "worker"));
    environment.put("ORRERY_WORKER_DECLARETOKEN", stack.api().newToken(APP, "operator"));
    environment.put("ORRERY_WORKER_SERVER", "http://localhost:" + stack.httpPort());
    environment.put("ORRERY_WORKER_DECLARESERVER", "http://localhost:" + stack.apiPort());
    environment.put("SERVER_PORT", Integer.toString(Ports.free()));
    try (ProgramProcess application =
        ProgramProcess.start(inRoot(command), environment, log(name))) {
      Await.until(
          () -> "the job is declared:\n" + application.output(),
          START,
          () -> {
            application.requireAlive();
            return application.output().contains("Declared the jobs: app=demo");
          });

      String id = stack.api().runMany(APP, JOB, 1).get(0);
      stack.api().awaitState(id, "SUCCEEDED", START);
      JsonNode run = stack.api().instance(id);
      assertThat(run.get("result").asText()).contains("\"invoices\":3");
      return application.output();
    }
  }
}
