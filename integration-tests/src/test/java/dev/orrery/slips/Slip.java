package dev.orrery.slips;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A small seeded defect, and the tests that must notice it.
 *
 * @param id name of its file
 * @param what the defect, in words
 * @param file whose text is replaced, relative to the root of the repository
 * @param replace exact text; must occur exactly once in the file
 * @param tests value for {@code -Dtest}, in the module of the file
 */
record Slip(String id, String what, String file, String replace, String with, String tests) {
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  /** The properties of a slip's file. */
  private record Document(String slip, String file, String replace, String with, String tests) {}

  /** All slips of a directory, by id. */
  static List<Slip> in(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.toString().endsWith(".yaml"))
          .sorted()
          .map(Slip::read)
          .toList();
    }
  }

  private static Slip read(Path file) {
    try {
      Document document = YAML.readValue(file.toFile(), Document.class);
      String id = file.getFileName().toString().replace(".yaml", "");
      return new Slip(
          id,
          document.slip(),
          document.file(),
          document.replace(),
          document.with(),
          document.tests());
    } catch (IOException e) {
      throw new AssertionError("Not a slip: " + file, e);
    }
  }

  /** The module of the file, whose tests are run. */
  String module() {
    return Path.of(file).getName(0).toString();
  }

  /**
   * The source with the defect.
   *
   * @throws AssertionError if the source has changed so that the slip no longer applies
   */
  String applyTo(String source) {
    assertThat(source.split(Pattern.quote(replace), -1))
        .as("Slip %s is stale: its text must occur exactly once in %s", id, file)
        .hasSize(2);
    return source.replace(replace, with);
  }

  @Override
  public String toString() {
    return id + ": " + what;
  }
}
