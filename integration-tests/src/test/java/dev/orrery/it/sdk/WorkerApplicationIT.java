package dev.orrery.it.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.it.harness.Stack;
import dev.orrery.testing.program.ProgramProcess;
import dev.orrery.worker.test.scheduler.LocalScheduler;
import dev.orrery.worker.test.scheduler.SchedulerExtension;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Runs an application with the worker SDK on its class path, alone and beside other versions of
 * Jackson.
 */
@Tag("thorough")
@ExtendWith(SchedulerExtension.class)
class WorkerApplicationIT {
  private static final String APPLICATION =
      """
      import dev.orrery.worker.AttemptContext;
      import dev.orrery.worker.OrreryWorker;
      import dev.orrery.worker.WorkerSettings;
      import dev.orrery.worker.WorkerStatus;

      public final class Application {
        public static void main(String[] args) throws InterruptedException {
          OrreryWorker worker =
              WorkerSettings.of(args[0], System.getenv("TOKEN"))
                  .server(args[1])
                  .processor("versions", Application::versions)
                  .start();
          Runtime.getRuntime().addShutdownHook(new Thread(worker::close));
          WorkerStatus status = worker.status();
          status.problem().ifPresent(problem -> System.out.println(problem.detail()));
          worker.awaitClosed();
        }

        static String versions(AttemptContext context) throws Exception {
          context.log("job \u00e9\u20ac " + context.job());
          context.progress(50, "half");
          return context.processor()
              + " 2=" + version("com.fasterxml.jackson.databind.cfg.PackageVersion")
              + " 3=" + version("tools.jackson.databind.cfg.PackageVersion")
              + " annotations=" + isPresent("com.fasterxml.jackson.annotation.JsonInclude");
        }

        private static String version(String type) throws ReflectiveOperationException {
          return isPresent(type) ? Class.forName(type).getField("VERSION").get(null).toString() : "none";
        }

        private static boolean isPresent(String type) {
          try {
            Class.forName(type);
            return true;
          } catch (ClassNotFoundException e) {
            return false;
          }
        }
      }
      """;

  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource({
    "'', java:versions 2=none 3=none annotations=false",
    "jackson-2, java:versions 2=2.15.2 3=none annotations=true",
    "jackson-3, java:versions 2=none 3=3.1.7 annotations=true",
    "jackson-2 jackson-3, java:versions 2=2.15.2 3=3.1.7 annotations=true"
  })
  void runsJobAlongsideApplicationLibraries(String others, String result, LocalScheduler scheduler)
      throws Exception {
    List<Path> libraries = new ArrayList<>();
    libraries.add(jar("sdk/worker", "orrery-worker-sdk"));
    libraries.add(jar("sdk/worker-annotations", "orrery-worker-annotations"));
    libraries.add(jar("protocol", "orrery-protocol"));
    compile(libraries);
    for (String other : others.isEmpty() ? new String[0] : others.split(" ")) {
      try (Stream<Path> jars =
          Files.list(Path.of(System.getProperty("orrery.console.target"), other))) {
        jars.forEach(libraries::add);
      }
    }
    libraries.add(directory);
    String app = "app-" + Integer.toHexString(others.hashCode());
    Runs runs = new Runs(scheduler, app);
    String token = scheduler.newToken(app, "worker");
    runs.putJob("versions", "{\"processor\":{\"type\":\"java\",\"name\":\"versions\"}}");

    try (ProgramProcess program =
        ProgramProcess.start(
            List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-cp",
                classPath(libraries),
                "Application",
                app,
                scheduler.workerUrl()),
            Map.of("TOKEN", token),
            directory.resolve("application.log"))) {
      String id = runs.run("versions");

      assertThat(runs.awaitEnd(id).path("state").asText()).isEqualTo("SUCCEEDED");
      assertThat(runs.awaitEnd(id).path("result").asText()).isEqualTo(result);
      assertThat(runs.lines(id)).containsExactly("job é€ versions");
      program.requireAlive();
    }
  }

  private static Path jar(String module, String name) {
    return Stack.root()
        .resolve(
            module + "/target/" + name + "-" + System.getProperty("orrery.it.version") + ".jar");
  }

  /** Compiles as strictly as an application may. */
  private void compile(List<Path> libraries) throws IOException {
    Path source = Files.writeString(directory.resolve("Application.java"), APPLICATION);
    assertThat(
            ToolProvider.getSystemJavaCompiler()
                .run(
                    null,
                    null,
                    null,
                    "-Xlint:all",
                    "-Werror",
                    "-proc:none",
                    "-encoding",
                    "UTF-8",
                    "-cp",
                    classPath(libraries),
                    "-d",
                    directory.toString(),
                    source.toString()))
        .isZero();
  }

  private static String classPath(List<Path> libraries) {
    return libraries.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
  }
}
