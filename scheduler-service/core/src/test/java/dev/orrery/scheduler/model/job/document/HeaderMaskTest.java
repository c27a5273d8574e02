package dev.orrery.scheduler.model.job.document;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.protocol.ProcessorSpec;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HeaderMaskTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void masksHeaderValuesExceptHarmlessHeaders() {
    ProcessorSpec http =
        new ProcessorSpec.Http(
            "GET",
            "https://h",
            Map.of("Authorization", "Bearer s3", "X-Api-Key", "s3", "Content-Type", "text/plain"),
            "body",
            List.of("2xx"));

    assertThat(HeaderMask.hide(http))
        .isEqualTo(
            new ProcessorSpec.Http(
                "GET",
                "https://h",
                Map.of("Authorization", "***", "X-Api-Key", "***", "Content-Type", "text/plain"),
                "body",
                List.of("2xx")));
  }

  @Test
  void keepsNonHttpProcessorsUnchanged() {
    ProcessorSpec shell = new ProcessorSpec.Shell(List.of("run", "***"), null);

    assertThat(HeaderMask.hide(shell)).isSameAs(shell);
  }

  @Test
  void acceptsMaskedHeaderStoredByEarlierRelease() throws Exception {
    String stored =
        "{\"name\":\"a\",\"processor\":{\"type\":\"http\",\"url\":\"http://h\","
            + "\"headers\":{\"A\":\"***\"}}}";

    JobDocument read = JobDocumentReader.readStored(JSON.readTree(stored));

    assertThat(read.processor())
        .isInstanceOfSatisfying(
            ProcessorSpec.Http.class, http -> assertThat(http.headers()).containsEntry("A", "***"));
  }
}
