package dev.orrery.agent.processor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.text.ResultText;
import org.junit.jupiter.api.Test;

class ResultLineTest {
  private final ResultLine line = new ResultLine();

  @Test
  void returnsLastResultLineWithItsContinuation() {
    line.pass("::result one", true);
    line.pass("no result", true);
    line.pass("::result tw", true);
    line.pass("o", false);

    assertThat(line.result()).contains("two");
  }

  @Test
  void returnsNothingWithoutResultLine() {
    line.pass("result one", true);
    line.pass("::result one", false);

    assertThat(line.result()).isEmpty();
  }

  @Test
  void keepsResultOf16KibibytesInPieces() {
    line.pass("::result " + "x".repeat(10_000), true);
    line.pass("x".repeat(6_384), false);

    assertThat(line.result()).contains("x".repeat(16_384));
  }

  @Test
  void marksTruncatedResultWithSizeOfAllPieces() {
    line.pass("::result " + "é".repeat(8_192), true);
    for (int piece = 0; piece < 100; piece++) {
      line.pass("é".repeat(8_192), false);
    }

    assertThat(line.result().flatMap(ResultText::cutInWords))
        .contains("had 1,654,784 bytes; at most 16,384 are kept");
  }
}
