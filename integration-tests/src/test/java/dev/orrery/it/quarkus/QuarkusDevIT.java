package dev.orrery.it.quarkus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.client.ClientSettings;
import dev.orrery.client.JobDocument;
import dev.orrery.client.OrreryClient;
import dev.orrery.client.Run;
import dev.orrery.it.harness.AtNight;
import dev.orrery.it.harness.ProjectCopy;
import dev.orrery.it.harness.Stack;
import dev.orrery.it.harness.StarterRepository;
import dev.orrery.testing.program.Await;
import dev.orrery.testing.program.Ports;
import dev.orrery.testing.program.ProgramProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests the packaged scheduler that the extension starts for dev mode and for tests. */
@Tag("thorough")
@AtNight
class QuarkusDevIT {
  private static final Duration MINUTE = Duration.ofSeconds(60);
  private static final Duration START = Duration.ofMinutes(3);
  private static final String STARTED = "Started a scheduler for dev services: ";
  private static final Pattern LINE =
      Pattern.compile(STARTED + "console=(\\S+)/console/ token-file=(\\S+) app=dev");

  private StarterRepository repository;
  private Path project;

  @BeforeEach
  void copyApplication() throws IOException {
    repository = StarterRepository.fill("quarkus-dev-repository");
    project = ProjectCopy.of(Stack.root().resolve("integration-tests/src/quarkus"));
  }

  private List<String> maven(String... arguments) {
    return Stream.concat(
            Stream.of(
                Stack.root().resolve("mvnw").toAbsolutePath().toString(),
                "-f",
                project.resolve("pom.xml").toAbsolutePath().toString()),
            Stream.of(arguments))
        .toList();
  }

  private static String home() {
    return Stack.root().toAbsolutePath().toString();
  }

  @Test
  void runsJobInQuarkusTest() throws IOException {
    Path log = project.resolve("test.log");

    repository.build(maven("test"), Map.of("ORRERY_HOME", home()), log);

    assertThat(Files.readString(log))
        .containsPattern(LINE)
        .containsPattern("Tests run: 1, Failures: 0, Errors: 0, Skipped: 0");
    assertThat(project.resolve("target/orrery-devservice")).isEmptyDirectory();
  }

  @Test
  void startsOneSchedulerForDevSession() throws IOException {
    int port = Ports.free();
    try (DevSession session =
        new DevSession(
            repository.start(
                maven("-Pdev-mode", "-Ddebug=false", "quarkus:dev"),
                Map.of(
                    "ORRERY_HOME", home(),
                    "QUARKUS_HTTP_PORT", Integer.toString(port),
                    "QUARKUS_ANALYTICS_DISABLED", "true"),
                project.resolve("dev.log")))) {
      ProgramProcess maven = session.maven();
      QuarkusApplicationProcess application = new QuarkusApplicationProcess(maven, port);
      Await.until(
          () -> "the application serves its jobs:\n" + maven.output(),
          START,
          () -> {
            maven.requireAlive();
            return maven.output().contains("Session opened");
          });
      Matcher line = LINE.matcher(maven.output());
      assertThat(line.find()).as(maven.output()).isTrue();
      Path token = Path.of(line.group(2));
      try (OrreryClient orrery =
          ClientSettings.of("dev", Files.readString(token).strip()).server(line.group(1)).open()) {
        orrery.putJob(
            "import-orders",
            JobDocument.ofJson("{\"processor\":{\"type\":\"java\",\"name\":\"import-orders\"}}"));
        assertThat(rows(orrery)).contains("\"rows\":12");

        editRows();
        Await.until(
            () -> "the application has reloaded its classes:\n" + maven.output(),
            MINUTE,
            () -> application.status("health") > 0 && rows(orrery).contains("\"rows\":13"));
      }
      assertThat(maven.output().split(STARTED)).hasSize(2);
      assertThat(maven.output()).doesNotContain("ERROR");
      Set<ProcessHandle> processes = session.processes();
      assertThat(processes).hasSizeGreaterThan(2);

      maven.terminate();

      Await.until(
          () -> "dev mode, scheduler and database end:\n" + maven.output(),
          MINUTE,
          () -> processes.stream().noneMatch(ProcessHandle::isAlive));
      assertThat(project.resolve("target/orrery-devservice")).isEmptyDirectory();
    }
  }

  private static String rows(OrreryClient orrery) {
    String id =
        orrery.runJob(
            Run.of("import-orders").parameter("dir", "/in").parameter("day", "2026-11-26"));
    return orrery.awaitEnd(id, MINUTE).result().orElse("");
  }

  private void editRows() throws IOException {
    Path source = project.resolve("src/main/java/app/Billing.java");
    Files.writeString(source, Files.readString(source).replace("Imported(12,", "Imported(13,"));
  }

  /** Maven, and all that it has started, which outlives it if dev mode does not end it. */
  private static final class DevSession implements AutoCloseable {
    private final ProgramProcess maven;
    private final Set<ProcessHandle> started = new LinkedHashSet<>();

    DevSession(ProgramProcess maven) {
      this.maven = maven;
    }

    ProgramProcess maven() {
      return maven;
    }

    Set<ProcessHandle> processes() {
      started.add(maven.handle());
      maven.handle().descendants().forEach(started::add);
      return started;
    }

    @Override
    public void close() {
      processes().forEach(ProcessHandle::destroyForcibly);
    }
  }
}
