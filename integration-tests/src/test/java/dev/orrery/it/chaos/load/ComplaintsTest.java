package dev.orrery.it.chaos.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.testing.ComplaintSigns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ComplaintsTest {
  @Test
  void whatIsLookedForIsWhatTheSchedulerWouldSay() throws IOException {
    List<String> ours = new ArrayList<>(ComplaintSigns.OF_THE_SCHEDULER);
    Path sources = Path.of(System.getProperty("orrery.it.root"), "scheduler-service/src/main/java");
    try (Stream<Path> files = Files.walk(sources)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String source = Files.readString(file);
        ours.removeIf(source::contains);
      }
    }
    assertThat(ours).isEmpty();
  }
}
