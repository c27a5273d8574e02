package dev.orrery.cli.local;

import dev.orrery.cli.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where Orrery is installed, and where a local stack keeps its files.
 *
 * @param root of the project
 * @param files in the working directory; data, logs and the agent's token
 */
public record Home(Path root, Path files) {

  /** As the script {@code orrery} passes it on. */
  public static Home fromProperties() {
    Path root = Path.of(System.getProperty("orrery.home", "."));
    Path files = Path.of(".orrery").toAbsolutePath();
    try {
      Files.createDirectories(files);
    } catch (IOException e) {
      throw new UserError("The directory " + files + " cannot be made: " + e.getMessage());
    }
    return new Home(root.toAbsolutePath().normalize(), files);
  }

  Path schedulerJar() {
    return built("scheduler-service");
  }

  Path agentJar() {
    return built("worker-agent");
  }

  /** Written by the scheduler at its first start. */
  Path adminToken() {
    return files.resolve("data").resolve("admin-token");
  }

  private Path built(String module) {
    Path jar = root.resolve(module).resolve("target/quarkus-app/quarkus-run.jar");
    if (!Files.exists(jar)) {
      throw new UserError(jar + " is missing. Start through ./orrery, which builds it.");
    }
    return jar;
  }
}
