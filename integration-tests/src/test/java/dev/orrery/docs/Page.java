package dev.orrery.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.testing.TextFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A page of docs/ with a part that is generated from the code. The test fails if they differ; with
 * {@code -Dorrery.docs.write=true} it writes the part instead.
 */
final class Page {
  private final Path file;

  Page(Path root, String name) {
    this.file = root.resolve("docs").resolve(name).normalize();
  }

  /** Checks the part between the markers of this name. */
  void check(String part, String expected) {
    String begin = "<!-- generated: " + part + " -->\n";
    String end = "<!-- end: " + part + " -->";
    String text = read();
    int from = text.indexOf(begin);
    int to = text.indexOf(end);
    assertThat(from).as(file + " has no part " + part).isNotNegative();
    assertThat(to).as(file + " has no end of part " + part).isGreaterThan(from);
    compare(
        text.substring(from + begin.length(), to),
        expected,
        text.substring(0, from + begin.length()) + expected + text.substring(to));
  }

  /** Checks a file that is generated as a whole. */
  void checkAll(String expected) {
    compare(Files.exists(file) ? read() : "", expected, expected);
  }

  private void compare(String present, String expected, String wholeFile) {
    if (Boolean.getBoolean("orrery.docs.write")) {
      write(wholeFile);
      return;
    }
    assertThat(present)
        .as(
            "%s is not what the code says. Bring it up to date with:%n"
                + "./mvnw -Dquick test -pl integration-tests -am -Dtest='*PageTest'"
                + " -Dsurefire.failIfNoSpecifiedTests=false -Dorrery.docs.write=true",
            file.getFileName())
        .isEqualTo(expected);
  }

  private String read() {
    return TextFile.read(file);
  }

  private void write(String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
