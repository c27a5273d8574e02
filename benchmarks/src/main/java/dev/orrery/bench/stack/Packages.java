package dev.orrery.bench.stack;

import dev.orrery.bench.BenchException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What is measured: the packaged applications.
 *
 * @param root of the project
 */
public record Packages(Path root) {
  Path scheduler() {
    return built("scheduler-service");
  }

  Path agent() {
    return built("worker-agent");
  }

  private Path built(String module) {
    Path jar = root.resolve(module).resolve("target/quarkus-app/quarkus-run.jar");
    if (!Files.exists(jar)) {
      throw new BenchException(jar + " is missing. Start through ./orrery, which builds it.");
    }
    return jar;
  }
}
