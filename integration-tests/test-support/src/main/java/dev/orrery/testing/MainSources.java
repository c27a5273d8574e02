package dev.orrery.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Lists the Java sources of a program: of its folder, and of the modules directly below it. */
public final class MainSources {
  private MainSources() {}

  /**
   * Returns the files by name. It never enters build output, whose files other tests delete.
   *
   * @throws IllegalArgumentException if there are none
   */
  public static List<Path> of(Path program) {
    try (Stream<Path> below = Files.list(program)) {
      List<Path> found =
          Stream.concat(Stream.of(program), below)
              .map(module -> module.resolve("src/main/java"))
              .filter(Files::isDirectory)
              .flatMap(MainSources::below)
              .sorted(Comparator.comparing(Path::getFileName).thenComparing(file -> file))
              .toList();
      if (found.isEmpty()) {
        throw new IllegalArgumentException("no sources in " + program);
      }
      return found;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<Path> below(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(file -> file.toString().endsWith(".java")).toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
