package dev.orrery.it.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.it.harness.AtNight;
import dev.orrery.it.harness.StarterExample;
import dev.orrery.it.harness.StarterRepository;
import dev.orrery.testing.program.Ports;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Builds and runs examples/spring-boot by the commands of its README. */
@Tag("thorough")
@AtNight
class SpringBootExampleIT {
  private static final String BUILD = "./mvnw -q -f examples/spring-boot/pom.xml package";
  private static final String RUN = "java -jar examples/spring-boot/target/billing.jar";

  /** What a native build does first. */
  private static final String BUILD_AHEAD_OF_TIME =
      "./mvnw -q -f examples/spring-boot/pom.xml clean compile spring-boot:process-aot jar:jar"
          + " spring-boot:repackage";

  private static StarterExample example;

  @BeforeAll
  static void startScheduler() throws IOException {
    example = new StarterExample("spring-boot", StarterRepository.fill("spring-repository"));
    example.startScheduler();
  }

  @AfterAll
  static void stopScheduler() {
    if (example != null) {
      example.close();
    }
  }

  @Test
  void runsWithCommandsFromItsReadme() {
    assertThat(example.readme())
        .contains(BUILD + "\n")
        .contains(RUN + "\n")
        .contains(StarterExample.RUN_JOB + "\n");
    example.build(BUILD);

    assertThat(runJob("example", RUN).result()).contains("\"invoices\":3");
  }

  @Test
  void runsWithAheadOfTimeProcessing() {
    example.build(BUILD_AHEAD_OF_TIME);

    StarterExample.Run run =
        runJob("ahead-of-time", RUN.replace("-jar", "-Dspring.aot.enabled=true -jar"));

    assertThat(run.result()).contains("\"invoices\":3");
    assertThat(run.output()).contains("Starting AOT-processed BillingApplication");
  }

  private static StarterExample.Run runJob(String name, String command) {
    Map<String, String> environment = example.environment();
    environment.put("SERVER_PORT", Integer.toString(Ports.free()));
    return example.runJob(name, command, environment);
  }
}
