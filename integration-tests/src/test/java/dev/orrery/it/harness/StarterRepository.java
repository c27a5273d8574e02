package dev.orrery.it.harness;

import dev.orrery.testing.program.ProgramProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A repository of Maven with the starters of this build, in front of that of the user. An
 * application is built with it as if its user had installed the starters.
 */
public record StarterRepository(Path head) {
  private static final Duration MAX_BUILD = Duration.ofMinutes(5);
  private static final String VERSION = System.getProperty("orrery.it.version");

  /** Parents, which have no jar, and modules. */
  private static final Map<String, String> ARTIFACTS =
      Map.ofEntries(
          Map.entry(".", "orrery"),
          Map.entry("sdk", "orrery-sdk"),
          Map.entry("protocol", "orrery-protocol"),
          Map.entry("protocol/trigger", "orrery-trigger"),
          Map.entry("sdk/java-client", "orrery-client"),
          Map.entry("sdk/worker", "orrery-worker-sdk"),
          Map.entry("sdk/worker-test", "orrery-worker-test"),
          Map.entry("sdk/worker-annotations", "orrery-worker-annotations"),
          Map.entry("sdk/worker-processor", "orrery-worker-processor"),
          Map.entry("sdk/worker-binding", "orrery-worker-binding"),
          Map.entry("sdk/spring-common", "orrery-spring-common"),
          Map.entry("sdk/spring-boot-starter", "orrery-spring-boot-starter"),
          Map.entry("sdk/spring-boot-3-starter", "orrery-spring-boot-3-starter"),
          Map.entry("sdk/quarkus", "quarkus-orrery-parent"),
          Map.entry("sdk/quarkus/runtime", "quarkus-orrery"),
          Map.entry("sdk/quarkus/deployment", "quarkus-orrery-deployment"));

  private static final Map<String, StarterRepository> FILLED = new ConcurrentHashMap<>();

  /**
   * Returns the repository of this name, which is filled once.
   *
   * @param name of its directory; classes that run at the same time should have their own
   */
  public static StarterRepository fill(String name) {
    return FILLED.computeIfAbsent(name, StarterRepository::create);
  }

  private static StarterRepository create(String name) {
    try {
      return copyArtifacts(name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static StarterRepository copyArtifacts(String name) throws IOException {
    Path head = Path.of(System.getProperty("orrery.it.tools"), name).toAbsolutePath();
    for (Map.Entry<String, String> artifact : ARTIFACTS.entrySet()) {
      Path module = Stack.root().resolve(artifact.getKey());
      String file = artifact.getValue() + "-" + VERSION;
      Path directory =
          Files.createDirectories(
              head.resolve("dev/orrery").resolve(artifact.getValue()).resolve(VERSION));
      copy(module.resolve("pom.xml"), directory.resolve(file + ".pom"));
      Path jar = module.resolve("target").resolve(file + ".jar");
      if (Files.exists(jar)) {
        copy(jar, directory.resolve(file + ".jar"));
      }
    }
    return new StarterRepository(head);
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Runs Maven with this repository. */
  public void build(List<String> command, Path log) {
    build(command, Map.of(), log);
  }

  /** Runs Maven with this repository, and with more variables. */
  public void build(List<String> command, Map<String, String> environment, Path log) {
    try (ProgramProcess maven = start(command, environment, log)) {
      if (maven.awaitExit(MAX_BUILD) != 0) {
        throw new AssertionError("Maven failed: " + command + "\n" + maven.output());
      }
    }
  }

  /** Starts Maven with this repository, and with more variables, without waiting. */
  public ProgramProcess start(List<String> command, Map<String, String> environment, Path log) {
    Map<String, String> all = new HashMap<>(environment);
    all.put(
        "MAVEN_ARGS",
        "--batch-mode -Dmaven.repo.local="
            + head
            + " -Dmaven.repo.local.tail="
            + System.getProperty("orrery.it.repository"));
    return ProgramProcess.start(command, all, log);
  }
}
