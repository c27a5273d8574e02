package dev.orrery.protocol.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResultTextTest {
  @ParameterizedTest
  @CsvSource({"x,16384", "é,8192", "€,5461", "😀,4096"})
  void keepsResultOf16Kibibytes(String character, int times) {
    String text = character.repeat(times);

    assertThat(ResultText.bounded(text)).isSameAs(text);
    assertThat(ResultText.cutInWords(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "x,16385,'16,385'",
    "x,16390,'16,390'",
    "é,8193,'16,386'",
    "€,5462,'16,386'",
    "😀,4097,'16,388'",
    "x,2000000,'2,000,000'"
  })
  void marksTruncatedResultWithItsSize(String character, int times, String size) {
    String cut = ResultText.bounded(character.repeat(times));

    assertThat(cut).startsWith(character).doesNotContain("\uFFFD");
    assertThat(cut.getBytes(UTF_8).length).isBetween(16_381, 16_384);
    assertThat(ResultText.cutInWords(cut))
        .contains("had " + size + " bytes; at most 16,384 are kept");
    assertThat(ResultText.bounded(cut)).isSameAs(cut);
  }

  @Test
  void describesTruncatedResult() {
    assertThat(ResultText.cutInWords(ResultText.cut("abc", 20_113)))
        .contains("had 20,113 bytes; at most 16,384 are kept");
    assertThat(ResultText.cutInWords(ResultText.cutBeyond("abc", 16_384)))
        .contains("had more than 16,384 bytes; at most 16,384 are kept");
  }

  @ParameterizedTest
  @CsvSource({"''", "a", "… (truncated)", "'… (truncated, 5 bytes) '", "'… (truncated, x bytes)'"})
  void treatsOtherTextsAsComplete(String text) {
    assertThat(ResultText.cutInWords(text)).isEmpty();
  }
}
