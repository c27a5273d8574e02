package dev.orrery.it.spring;

import dev.orrery.it.harness.Stack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;

/**
 * A repository of Maven with the starters of this build, in front of that of the user. An example
 * is built with it as if its user had installed the starters.
 */
record StarterRepository(Path head) {
  private static final String VERSION = System.getProperty("orrery.it.version");

  /** Parents, which have no jar, and modules. */
  private static final Map<String, String> ARTIFACTS =
      Map.of(
          ".", "orrery",
          "starters", "orrery-starters",
          "protocol", "orrery-protocol",
          "worker-sdk", "orrery-worker-sdk",
          "starters/worker-annotations", "orrery-worker-annotations",
          "starters/worker-binding", "orrery-worker-binding",
          "starters/spring-common", "orrery-spring-common",
          "starters/spring-boot-starter", "orrery-spring-boot-starter",
          "starters/spring-boot-3-starter", "orrery-spring-boot-3-starter");

  static StarterRepository fill() throws IOException {
    Path head = Path.of(System.getProperty("orrery.it.tools"), "starter-repository");
    for (Map.Entry<String, String> artifact : ARTIFACTS.entrySet()) {
      Path module = Stack.root().resolve(artifact.getKey());
      String name = artifact.getValue() + "-" + VERSION;
      Path directory =
          Files.createDirectories(
              head.resolve("dev/orrery").resolve(artifact.getValue()).resolve(VERSION));
      copy(module.resolve("pom.xml"), directory.resolve(name + ".pom"));
      Path jar = module.resolve("target").resolve(name + ".jar");
      if (Files.exists(jar)) {
        copy(jar, directory.resolve(name + ".jar"));
      }
    }
    return new StarterRepository(head.toAbsolutePath());
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
  }

  /** The environment in which Maven uses this repository. */
  Map<String, String> environment() {
    return Map.of(
        "MAVEN_ARGS",
        "--batch-mode -Dmaven.repo.local="
            + head
            + " -Dmaven.repo.local.tail="
            + System.getProperty("orrery.it.repository"));
  }
}
