package dev.orrery.it.harness;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.testing.BrokenRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BrokenRulesTest {
  /** Markers of the JVM and of the database. */
  private static final List<String> OF_OTHERS = List.of("OutOfMemoryError", "deadlock detected");

  @Test
  void matchesOnlyMessagesPresentInSchedulerSources() throws IOException {
    List<String> ours = new ArrayList<>(BrokenRules.SIGNS);
    ours.removeAll(OF_OTHERS);
    Path sources = Path.of(System.getProperty("orrery.it.root"), "scheduler-service");
    try (Stream<Path> files = Files.walk(sources)) {
      for (Path file :
          files.filter(file -> file.toString().matches(".*/src/main/java/.*[.]java")).toList()) {
        String source = Files.readString(file);
        ours.removeIf(source::contains);
      }
    }
    assertThat(ours).isEmpty();
  }
}
