package dev.orrery.it.quarkus;

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

/** Builds and runs examples/quarkus by the commands of its README. */
@Tag("thorough")
@AtNight
class QuarkusExampleIT {
  private static final String BUILD = "./mvnw -q -f examples/quarkus/pom.xml package";
  private static final String RUN = "java -jar examples/quarkus/target/quarkus-app/quarkus-run.jar";

  private static StarterExample example;

  @BeforeAll
  static void startScheduler() throws IOException {
    example = new StarterExample("quarkus", StarterRepository.fill("quarkus-example-repository"));
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
    Map<String, String> environment = example.environment();
    environment.put("QUARKUS_HTTP_PORT", Integer.toString(Ports.free()));

    assertThat(example.runJob("run", RUN, environment).result()).contains("\"invoices\":3");
  }
}
