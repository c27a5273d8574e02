package dev.orrery.scheduler.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The classes of the scheduler service, of all its modules. */
public final class MainSources {
  private MainSources() {}

  public static List<Path> all() {
    try (Stream<Path> modules = Files.list(Path.of("."))) {
      List<Path> found =
          Stream.concat(Stream.of(Path.of(".")), modules)
              .map(module -> module.resolve("src/main/java"))
              .filter(Files::isDirectory)
              .flatMap(MainSources::below)
              .toList();
      assertThat(found).hasSizeGreaterThan(800);
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
