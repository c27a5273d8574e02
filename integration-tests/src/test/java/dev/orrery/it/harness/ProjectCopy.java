package dev.orrery.it.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.stream.Stream;

/** Copies the sources of applications, which stay as they are. */
public final class ProjectCopy {
  private ProjectCopy() {}

  /**
   * Returns a copy in a new directory, without what was built.
   *
   * @param project a directory with a {@code pom.xml}
   * @param more directories with what the copy has in addition
   */
  public static Path of(Path project, Path... more) throws IOException {
    Files.createDirectories(Stack.work());
    Path copy = Files.createTempDirectory(Stack.work(), project.getFileName() + "-");
    copy(project, copy);
    for (Path other : more) {
      copy(other, copy);
    }
    return copy;
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(file -> !file.startsWith(from.resolve("target"))).toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
  }
}
