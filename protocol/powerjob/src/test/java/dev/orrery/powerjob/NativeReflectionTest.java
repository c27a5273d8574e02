package dev.orrery.powerjob;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Checks that Jackson's reflection configuration for native programs lists all messages. */
class NativeReflectionTest {
  private static final String LIST =
      "/META-INF/native-image/dev.orrery/orrery-powerjob/reflect-config.json";

  private static final List<Class<?>> MESSAGES =
      List.of(
          AskAnswer.class,
          ClusterQuery.class,
          Heartbeat.class,
          Heartbeat.SystemMetrics.class,
          InstanceRef.class,
          InstanceReport.class,
          LogReport.class,
          LogReport.Line.class,
          ResultEnvelope.class,
          RunRequest.class);

  @Test
  void listsExactlyTheMessageTypes() throws IOException {
    Set<String> listed = new TreeSet<>();
    try (InputStream list = NativeReflectionTest.class.getResourceAsStream(LIST)) {
      for (JsonNode entry : new ObjectMapper().readTree(list)) {
        listed.add(entry.get("name").asText());
      }
    }

    assertThat(listed)
        .containsExactlyInAnyOrderElementsOf(MESSAGES.stream().map(Class::getName).toList());
  }
}
