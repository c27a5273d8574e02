package dev.orrery.cli.local;

import dev.orrery.cli.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The class archive of a packaged application, from which the JVM maps its classes into memory. It
 * halves the processor time of a start. A JVM ignores an archive that was made by another JVM or
 * for other jars.
 *
 * @param application a directory {@code quarkus-app}
 * @param file may be missing
 */
public record ClassArchive(Path application, Path file) {

  /**
   * Returns the archive inside the application, where a rebuild removes it.
   *
   * @param name of the file
   */
  public static ClassArchive named(Path application, String name) {
    return new ClassArchive(application, application.resolve(name));
  }

  /** Returns the file name for the current JVM, so that several JVMs can have archives. */
  public static String nameForThisJvm() {
    return "orrery-" + System.getProperty("java.vm.version") + ".jsa";
  }

  public Path jar() {
    return application.resolve("quarkus-run.jar");
  }

  /** Returns true if the archive is absent or older than the application. */
  public boolean isMissing() {
    try {
      return !Files.exists(file)
          || Files.getLastModifiedTime(file).compareTo(Files.getLastModifiedTime(jar())) < 0;
    } catch (IOException e) {
      throw new UserException(file + " cannot be read: " + e.getMessage());
    }
  }

  /** Returns the options for a start with the archive; empty if it is missing. */
  public List<String> options() {
    return isMissing() ? List.of() : List.of("-XX:SharedArchiveFile=" + file);
  }
}
