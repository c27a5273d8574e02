package dev.orrery.scheduler.model.job.document;

import static dev.orrery.scheduler.base.problem.ProblemAssertions.assertInvalid;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;

class JobSizeRuleTest {
  private static final int BYTES_WITHOUT_TEXT = "{\"a\":\"\"}".length();

  @Test
  void limitsDocumentTo256KibibytesOfUtf8() {
    int most = 256 * 1024 - BYTES_WITHOUT_TEXT;

    assertThatCode(() -> JobSizeRule.require(document("x".repeat(most))))
        .doesNotThrowAnyException();
    assertInvalid("processor", () -> JobSizeRule.require(document("x".repeat(most + 1))))
        .hasMessageContaining("262145 bytes")
        .hasMessageContaining("at most 262144");
    assertInvalid("processor", () -> JobSizeRule.require(document("\u20ac".repeat(most / 3 + 1))));
  }

  @Test
  void namesLargestFieldOfOversizedDocument() {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    document.putObject("processor").put("type", "noop");
    document.putObject("parameters").put("x", "\u0001".repeat(60_000));

    assertInvalid("parameters", () -> JobSizeRule.require(document))
        .hasMessageContaining("a control character takes six bytes");
  }

  private static JsonNode document(String text) {
    return JsonNodeFactory.instance.objectNode().put("a", text);
  }
}
