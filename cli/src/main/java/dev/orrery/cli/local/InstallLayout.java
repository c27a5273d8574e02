package dev.orrery.cli.local;

import dev.orrery.cli.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The directories of an installation and of a local stack. An installation is a checkout, or an
 * unpacked archive of the distribution.
 *
 * @param root of the checkout or of the unpacked archive
 * @param files in the working directory; data, logs and the agent's token
 */
public record InstallLayout(Path root, Path files) {

  /** As the script {@code orrery} passes it on. */
  public static InstallLayout fromProperties() {
    Path root = Path.of(System.getProperty("orrery.home", "."));
    Path files = Path.of(".orrery").toAbsolutePath();
    try {
      Files.createDirectories(files);
    } catch (IOException e) {
      throw new UserException("The directory " + files + " cannot be made: " + e.getMessage());
    }
    return new InstallLayout(root.toAbsolutePath().normalize(), files);
  }

  /** The scheduler's package, with the class archive of the JVM that runs this. */
  public ClassArchive scheduler() {
    return program("scheduler", "scheduler-service");
  }

  /** The agent's package, with the class archive of the JVM that runs this. */
  public ClassArchive agent() {
    return program("agent", "worker-agent");
  }

  /** Written by the scheduler at its first start. */
  Path adminToken() {
    return files.resolve("data").resolve("admin-token");
  }

  private ClassArchive program(String unpacked, String module) {
    Path directory = root.resolve(unpacked);
    if (!Files.isDirectory(directory)) {
      directory = root.resolve(module).resolve("target/quarkus-app");
    }
    ClassArchive archive = ClassArchive.named(directory, ClassArchive.nameForThisJvm());
    if (!Files.exists(archive.jar())) {
      throw new UserException(
          archive.jar() + " is missing. Start through ./orrery, which builds it.");
    }
    return archive;
  }
}
