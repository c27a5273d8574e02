package dev.orrery.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.testing.TextFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Checks that tests with the tag {@code brief}, which {@code -Pthorough} skips, have a thorough
 * counterpart.
 */
class BriefTestsTest {
  private static final Path ROOT = Path.of(System.getProperty("orrery.it.root")).normalize();
  private static final String TAG = "\n  @Tag(\"%s\")\n";

  @Test
  void pairsEveryBriefTestWithThoroughTestInItsClass() throws IOException {
    List<String> classes;
    try (Stream<Path> modules = Files.walk(ROOT, 2)) {
      classes =
          modules
              .map(module -> module.resolve("src/test/java"))
              .filter(Files::isDirectory)
              .flatMap(BriefTestsTest::sources)
              .filter(source -> source.contains(TAG.formatted("brief")))
              .toList();
    }

    assertThat(classes)
        .isNotEmpty()
        .allSatisfy(source -> assertThat(source).contains(TAG.formatted("thorough")));
  }

  private static Stream<String> sources(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .map(TextFile::read)
          .toList()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
