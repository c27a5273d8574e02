package dev.orrery.agent.processor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProgressLineTest {
  private final FakeContext context = FakeContext.command("x");

  @ParameterizedTest
  @CsvSource({
    "::progress 40 copying orders, 40 copying orders",
    "::progress 0, 0 null",
  })
  void parsesProgressLine(String line, String progress) {
    ProgressLine.pass(line, context);
    assertThat(context.progress()).containsExactly(progress);
  }

  @Test
  void parsesTrailingBlankAsEmptyMessage() {
    ProgressLine.pass("::progress 7 ", context);
    assertThat(context.progress()).containsExactly("7 ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "progress 40",
        " ::progress 40",
        "::progress",
        "::progress x",
        "::progress -1",
        "::progress 40%",
        "::progress 1000",
        "::Progress 40"
      })
  void ignoresLinesThatAreNotProgress(String line) {
    ProgressLine.pass(line, context);
    assertThat(context.progress()).isEmpty();
  }
}
