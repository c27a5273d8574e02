package dev.orrery.it.harness;

import dev.orrery.testing.TextFile;
import dev.orrery.testing.program.Await;
import dev.orrery.testing.program.ProgramProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** An example with a starter, which is built and run by the commands of its README. */
public final class StarterExample implements AutoCloseable {
  private static final String APP = "demo";
  private static final String JOB = "send-invoices";
  private static final Duration MINUTE = Duration.ofSeconds(60);

  /** The command of the README that runs the job. */
  public static final String RUN_JOB = "./orrery run " + JOB + " -p day=2026-11-26 --follow";

  private final Path directory;
  private final StarterRepository repository;
  private final Stack stack;

  /**
   * @param name of its directory
   */
  public StarterExample(String name, StarterRepository repository) {
    this.directory = Stack.root().resolve("examples").resolve(name);
    this.repository = repository;
    this.stack = new Stack(name + "-example");
  }

  public void startScheduler() {
    stack.startScheduler();
    stack.api().putApp(APP);
  }

  public String readme() {
    return TextFile.read(directory.resolve("README.md"));
  }

  public void build(String command) {
    repository.build(inRoot(command), log("maven-" + command.hashCode()));
  }

  private static List<String> inRoot(String command) {
    return List.of("sh", "-c", "cd '" + Stack.root().toAbsolutePath() + "' && exec " + command);
  }

  private Path log(String name) {
    return stack.directory().resolve(name + ".log");
  }

  /** Returns what differs from a scheduler of {@code ./orrery up}, and the tokens. */
  public Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>();
    environment.put("ORRERY_WORKER_TOKEN", stack.api().newToken(APP, "worker"));
    environment.put("ORRERY_WORKER_SERVER", "http://localhost:" + stack.httpPort());
    environment.put("ORRERY_WORKER_DECLARE_TOKEN", stack.api().newToken(APP, "declare"));
    environment.put("ORRERY_WORKER_DECLARE_SERVER", "http://localhost:" + stack.apiPort());
    return environment;
  }

  /**
   * A run of the job.
   *
   * @param output of the application
   */
  public record Run(String result, String output) {}

  /** Starts the application, and runs its job to a success. */
  public Run runJob(String name, String command, Map<String, String> environment) {
    try (ProgramProcess application =
        ProgramProcess.start(inRoot(command), environment, log(name))) {
      Await.until(
          () -> "the job is declared:\n" + application.output(),
          MINUTE,
          () -> {
            application.requireAlive();
            return application.output().contains("Declared the jobs: app=" + APP);
          });
      String id = stack.api().runMany(APP, JOB, 1).get(0);
      stack.api().awaitState(id, "SUCCEEDED", MINUTE);
      return new Run(stack.api().instance(id).get("result").asText(), application.output());
    }
  }

  @Override
  public void close() {
    stack.close();
  }
}
