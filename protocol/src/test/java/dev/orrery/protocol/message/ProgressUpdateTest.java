package dev.orrery.protocol.message;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProgressUpdateTest {
  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", " ", "\n"})
  void convertsBlankMessageToNull(String text) {
    assertThat(ProgressUpdate.cleanMessage(text)).isNull();
  }

  @Test
  void collapsesMessageToOneLine() {
    assertThat(ProgressUpdate.cleanMessage(" copying\na\0b\tc ")).isEqualTo("copying a b c");
    assertThat(ProgressUpdate.cleanMessage("a\uD83Db")).isEqualTo("a\uFFFDb");
  }

  @Test
  void truncatesLongMessageBetweenCharacters() {
    assertThat(ProgressUpdate.cleanMessage("x".repeat(200))).isEqualTo("x".repeat(200));
    assertThat(ProgressUpdate.cleanMessage("x".repeat(201))).isEqualTo("x".repeat(199) + "…");
    assertThat(ProgressUpdate.cleanMessage("x".repeat(198) + "😀😀"))
        .isEqualTo("x".repeat(198) + "…");
  }

  @ParameterizedTest
  @CsvSource({"-1, 0", "0, 0", "40, 40", "100, 100", "101, 100"})
  void limitsPercentToRangeFromZeroToHundred(int given, int bounded) {
    assertThat(ProgressUpdate.bounded(given)).isEqualTo(bounded);
  }
}
