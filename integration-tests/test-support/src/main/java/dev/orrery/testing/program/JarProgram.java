package dev.orrery.testing.program;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A build for the JVM, of the type {@code aot-jar} or {@code fast-jar}. It runs on the current JVM,
 * with the class archive next to it, if any.
 *
 * @param file a {@code quarkus-run.jar}
 */
public record JarProgram(Path file) implements Program {
  static final String NAME = "quarkus-run.jar";
  private static final String ARCHIVE = "-XX:SharedArchiveFile=";

  /**
   * Names the program that the build of a module leaves.
   *
   * @param root of the repository
   */
  public static JarProgram of(Path root, String module) {
    return new JarProgram(
        root.resolve(module).resolve("target/quarkus-app").resolve(NAME).toAbsolutePath());
  }

  /** The directory that the build has made, {@code quarkus-app} by default. */
  public Path directory() {
    return file.getParent();
  }

  /** The class archive that {@code ./orrery archive} creates for this JVM; may be missing. */
  public Path archive() {
    return file.resolveSibling("orrery-" + System.getProperty("java.vm.version") + ".jsa");
  }

  /** Returns true if the options select a class archive themselves. */
  public static boolean choosesArchive(List<String> options) {
    return options.stream()
        .anyMatch(option -> option.startsWith(ARCHIVE) || option.startsWith("-Xshare:"));
  }

  @Override
  public List<String> command(List<String> options) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    if (!choosesArchive(options) && Files.exists(archive())) {
      command.add(ARCHIVE + archive());
    }
    command.addAll(options);
    command.add("-jar");
    command.add(file.toString());
    return command;
  }

  @Override
  public boolean isNative() {
    return false;
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
