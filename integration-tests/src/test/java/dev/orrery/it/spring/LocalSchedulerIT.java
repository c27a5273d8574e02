package dev.orrery.it.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.it.harness.AtNight;
import dev.orrery.it.harness.ProjectCopy;
import dev.orrery.it.harness.Stack;
import dev.orrery.it.harness.StarterRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs the test of examples/spring-boot that needs a packaged scheduler. */
@Tag("thorough")
@AtNight
class LocalSchedulerIT {

  @ParameterizedTest
  @CsvSource({
    "4.0.9, orrery-spring-boot-starter, spring-boot-starter-webmvc",
    "3.5.16, orrery-spring-boot-3-starter, spring-boot-starter-web"
  })
  void runsJobInTestWithLocalScheduler(String boot, String starter, String web) throws IOException {
    Path project = ProjectCopy.of(Stack.root().resolve("examples/spring-boot"));
    Path pom = project.resolve("pom.xml");
    Files.writeString(
        pom,
        Files.readString(pom)
            .replace("<version>4.0.9<", "<version>" + boot + "<")
            .replace("orrery-spring-boot-starter", starter)
            .replace("spring-boot-starter-webmvc", web));
    Path log = project.resolve("test.log");

    StarterRepository.fill("local-scheduler-repository")
        .build(
            List.of(
                Stack.root().resolve("mvnw").toAbsolutePath().toString(),
                "-f",
                pom.toAbsolutePath().toString(),
                "test",
                "-Dtest=BillingSchedulerTest"),
            Map.of("ORRERY_HOME", Stack.root().toAbsolutePath().toString()),
            log);

    assertThat(Files.readString(log))
        .contains("(v" + boot + ")")
        .contains("Tests run: 1, Failures: 0, Errors: 0, Skipped: 0");
  }
}
