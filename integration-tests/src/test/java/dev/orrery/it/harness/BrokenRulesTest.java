package dev.orrery.it.harness;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.testing.BrokenRules;
import dev.orrery.testing.MainSources;
import dev.orrery.testing.TextFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BrokenRulesTest {
  /** Markers of the JVM and of the database. */
  private static final List<String> OF_OTHERS = List.of("OutOfMemoryError", "deadlock detected");

  @Test
  void matchesOnlyMessagesPresentInSchedulerSources() {
    List<String> ours = new ArrayList<>(BrokenRules.SIGNS);
    ours.removeAll(OF_OTHERS);
    for (Path file :
        MainSources.of(Path.of(System.getProperty("orrery.it.root"), "scheduler-service"))) {
      String source = TextFile.read(file);
      ours.removeIf(source::contains);
    }
    assertThat(ours).isEmpty();
  }
}
