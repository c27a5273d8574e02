package dev.orrery.protocol.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonWriterTest {
  /** UTF-8 has no bytes for half of a surrogate pair. */
  @ParameterizedTest
  @CsvSource({
    "b\uD83D, b\\ud83d",
    "\uDE80\uD83D, \\ude80\\ud83d",
    "\uD83D\uD83D\uDE80x, \\ud83d\uD83D\uDE80x",
    "\uD83D\uDE80, \uD83D\uDE80",
  })
  void escapesHalvesOfSurrogatePairs(String text, String written) {
    StringBuilder out = new StringBuilder();

    JsonWriter.string(text, out);

    assertThat(new String(out.toString().getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))
        .isEqualTo('"' + written + '"');
  }
}
