package dev.orrery.cli.local;

import dev.orrery.cli.UserException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Locates the directories of an installation and of a local stack. An installation is a checkout,
 * or an unpacked archive of the distribution.
 *
 * @param root of the checkout or of the unpacked archive
 * @param files in the working directory; data, logs and the agent's token
 */
public record InstallLayout(Path root, Path files) {

  /** Reads the system properties that the script {@code orrery} sets. */
  public static InstallLayout fromProperties() {
    Path root = Path.of(System.getProperty("orrery.home", "."));
    return of(root, Path.of(".orrery").toAbsolutePath());
  }

  /**
   * Creates the directory of the local stack if it does not exist.
   *
   * @throws UserException if it cannot be created
   */
  static InstallLayout of(Path root, Path files) {
    try {
      Files.createDirectories(files);
    } catch (IOException e) {
      throw new UserException("The directory " + files + " cannot be created: " + reason(e));
    }
    return new InstallLayout(root.toAbsolutePath().normalize(), files);
  }

  /** Returns the reason for exceptions whose message is only the path. */
  private static String reason(IOException e) {
    if (e instanceof FileAlreadyExistsException) {
      return "a file with this name exists";
    }
    return e instanceof AccessDeniedException
        ? "no permission to write in its parent directory"
        : e.getMessage();
  }

  /** Returns the scheduler's class archive for the current JVM. */
  public ClassArchive scheduler() {
    return program("scheduler", "scheduler-service");
  }

  /** Returns the agent's class archive for the current JVM. */
  public ClassArchive agent() {
    return program("agent", "worker-agent");
  }

  /** The scheduler writes this file at its first start, unless a setting contains the token. */
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
