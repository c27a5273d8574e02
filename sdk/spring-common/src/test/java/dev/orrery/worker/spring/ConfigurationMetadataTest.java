package dev.orrery.worker.spring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.worker.spring.client.OrreryClientProperties;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** Checks the metadata of the settings, which IDEs show. */
class ConfigurationMetadataTest {

  @Test
  void describesEachSetting() throws IOException {
    Map<String, JsonNode> described = new TreeMap<>();
    try (InputStream in =
        OrreryWorkerProperties.class.getResourceAsStream(
            "/META-INF/spring-configuration-metadata.json")) {
      JsonNode properties = new ObjectMapper().readTree(in).get("properties");
      StreamSupport.stream(properties.spliterator(), false)
          .forEach(property -> described.put(property.get("name").asText(), property));
    }

    assertThat(described.keySet())
        .containsExactlyInAnyOrder(
            Stream.of(
                    names("orrery.worker.", OrreryWorkersProperties.class),
                    names("orrery.worker.", OrreryWorkerProperties.class),
                    names("orrery.client.", OrreryClientProperties.class))
                .flatMap(each -> each)
                .toArray(String[]::new));
    described.forEach(
        (name, property) ->
            assertThat(property.path("description").asText()).as(name).endsWith("."));
  }

  private static Stream<String> names(String prefix, Class<?> properties) {
    return Arrays.stream(properties.getRecordComponents())
        .map(RecordComponent::getName)
        .map(name -> prefix + kebab(name));
  }

  private static String kebab(String name) {
    return name.replaceAll("([A-Z])", "-$1").toLowerCase(java.util.Locale.ROOT);
  }
}
