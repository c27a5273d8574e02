package dev.orrery.worker.test.scheduler;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Locates the scheduler program in an unpacked archive, an archive, or a checkout. */
final class SchedulerHome {
  static final String PROPERTY = "orrery.test.home";
  static final String VARIABLE = "ORRERY_HOME";

  private static final List<String> PROGRAMS =
      List.of(
          "scheduler/quarkus-run.jar",
          "scheduler-service/target/quarkus-app/quarkus-run.jar",
          "quarkus-run.jar");

  private static final long UNPACK_MINUTES = 5;

  private SchedulerHome() {}

  /** Returns the place that the user has set; empty if it is not set. */
  static Optional<Path> find() {
    return Stream.of(System.getProperty(PROPERTY), System.getenv(VARIABLE))
        .filter(value -> value != null && !value.isBlank())
        .findFirst()
        .map(value -> Path.of(value.strip()));
  }

  /**
   * Returns the place that the user has set.
   *
   * @throws IllegalStateException naming the settings, if it is not set
   */
  static Path ofEnvironment() {
    return find()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "The place of the scheduler is not set: set the system property "
                        + PROPERTY
                        + " or the variable "
                        + VARIABLE
                        + " to the directory of the unpacked archive of Orrery, or to its"
                        + " .tar.gz."));
  }

  /**
   * Returns the program.
   *
   * @param home a directory, or a {@code .tar.gz}
   * @param work for the content of an archive
   * @throws IllegalStateException if it is not there
   */
  static Path program(Path home, Path work) {
    Path directory = Files.isRegularFile(home) ? unpacked(home, work) : home;
    Optional<Path> program =
        PROGRAMS.stream().map(directory::resolve).filter(Files::isRegularFile).findFirst();
    return program.orElseThrow(
        () ->
            new IllegalStateException(
                "There is no scheduler in "
                    + home.toAbsolutePath()
                    + ": it has none of "
                    + String.join(", ", PROGRAMS)
                    + ". In a checkout, build it first: ./mvnw -Dquick -DskipTests package."));
  }

  /** Uses {@code tar}, which is part of Linux, macOS and Windows. */
  private static Path unpacked(Path archive, Path work) {
    Path directory = work.resolve("unpacked");
    try {
      Files.createDirectories(directory);
      Process tar =
          new ProcessBuilder(
                  "tar",
                  "-xzf",
                  archive.toAbsolutePath().toString(),
                  "-C",
                  directory.toString(),
                  "--strip-components=1")
              .redirectErrorStream(true)
              .redirectOutput(work.resolve("tar.log").toFile())
              .start();
      if (!tar.waitFor(UNPACK_MINUTES, TimeUnit.MINUTES)) {
        tar.destroyForcibly();
        throw new IllegalStateException("Unpacking " + archive + " takes too long.");
      }
      if (tar.exitValue() != 0) {
        throw new IllegalStateException(
            "Cannot unpack " + archive + ": " + Files.readString(work.resolve("tar.log")).strip());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while unpacking " + archive, e);
    }
    return directory;
  }
}
