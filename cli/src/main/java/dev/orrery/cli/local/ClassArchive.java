package dev.orrery.cli.local;

import dev.orrery.cli.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The classes of a packaged application as one JVM maps them into memory. With it a start takes
 * less than half of the processor time. The JVM ignores an archive of another JVM or of other jars.
 *
 * @param application a directory {@code quarkus-app}
 * @param file may be missing
 */
public record ClassArchive(Path application, Path file) {

  /**
   * The archive beside the application, which a rebuild of the application removes.
   *
   * @param name of the file
   */
  public static ClassArchive named(Path application, String name) {
    return new ClassArchive(application, application.resolve(name));
  }

  /** The name for the JVM that runs this, so that several can have an archive. */
  public static String nameForThisJvm() {
    return "orrery-" + System.getProperty("java.vm.version") + ".jsa";
  }

  public Path jar() {
    return application.resolve("quarkus-run.jar");
  }

  /** True if there is no archive, or if it is older than the application. */
  public boolean isMissing() {
    try {
      return !Files.exists(file)
          || Files.getLastModifiedTime(file).compareTo(Files.getLastModifiedTime(jar())) < 0;
    } catch (IOException e) {
      throw new UserException(file + " cannot be read: " + e.getMessage());
    }
  }

  /** Options for a start with the archive; none where it is missing. */
  public List<String> options() {
    return isMissing() ? List.of() : List.of("-XX:SharedArchiveFile=" + file);
  }
}
