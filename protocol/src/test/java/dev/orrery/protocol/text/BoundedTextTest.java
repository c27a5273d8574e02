package dev.orrery.protocol.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BoundedTextTest {
  private static final String TRUNCATED = "… (truncated)";

  @Test
  void keepsTextWithinTheLimit() {
    assertThat(BoundedText.cut("abc", 3)).isEqualTo("abc");
    assertThat(BoundedText.cut("", 0)).isEmpty();
    assertThat(BoundedText.cut(null, 3)).isNull();
    assertThat(BoundedText.abbreviate("abc", 3)).isEqualTo("abc");
  }

  @Test
  void truncatesLongerTextAtTheLimit() {
    assertThat(BoundedText.cut("abcd", 3)).isEqualTo("abc");
    assertThat(BoundedText.cut("abcd", 0)).isEmpty();
    assertThat(BoundedText.abbreviate("abcd", 3)).isEqualTo("abc…");
  }

  @Test
  void keepsSurrogatePairsTogether() {
    assertThat(BoundedText.cut("ab😀😀", 3)).isEqualTo("ab");
    assertThat(BoundedText.cut("ab😀😀", 4)).isEqualTo("ab😀");
    assertThat(BoundedText.abbreviate("ab😀😀", 3)).isEqualTo("ab…");
  }

  @Test
  void replacesLoneSurrogatesOfTruncatedText() {
    assertThat(BoundedText.truncateUtf8("a\uD83Db" + "x".repeat(100), 50)).startsWith("a\uFFFDbx");
  }

  @Test
  void keepsTextWithinItsByteLimit() {
    assertThat(BoundedText.truncateUtf8("é".repeat(50), 100)).isEqualTo("é".repeat(50));
    assertThat(BoundedText.truncateUtf8(null, 100)).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "é", "€", "\uD83D\uDE00"})
  void truncatesToByteLimitBetweenCharacters(String character) {
    for (int offset = 0; offset < 4; offset++) {
      String text = "x".repeat(offset) + character.repeat(200);

      String truncated = BoundedText.truncateUtf8(text, 100);

      assertThat(truncated).endsWith(character + TRUNCATED).doesNotContain("\uFFFD");
      assertThat(truncated.getBytes(UTF_8).length).isBetween(97, 100);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "é", "€", "\uD83D\uDE00"})
  void keepsEndOfTextWithinByteLimitBetweenCharacters(String character) {
    assertThat(BoundedText.endOfUtf8(character, 4)).isEqualTo(character);
    for (int before = 0; before < 4; before++) {
      String end = BoundedText.endOfUtf8("x".repeat(before) + character.repeat(200) + "end", 100);

      assertThat(end).startsWith("…" + character).endsWith(character + "end");
      assertThat(end.getBytes(UTF_8).length).isBetween(97, 100);
    }
  }

  @Test
  void replacesNulCharacters() {
    assertThat(BoundedText.replaceUnstorable("a\0b\0")).isEqualTo("a\uFFFDb\uFFFD");
    assertThat(BoundedText.replaceUnstorable("ab")).isSameAs("ab");
    assertThat(BoundedText.replaceUnstorable(null)).isNull();
  }

  @Test
  void replacesLoneSurrogatesButKeepsPairs() {
    String rocket = "\uD83D\uDE80";

    assertThat(BoundedText.replaceUnstorable("\uD83D" + rocket + "\uDE80\uD83Dx\uD83D"))
        .isEqualTo("\uFFFD" + rocket + "\uFFFD\uFFFDx\uFFFD");
    assertThat(BoundedText.replaceUnstorable(rocket)).isSameAs(rocket);
    assertThat(BoundedText.indexOfUnstorable("a" + rocket + "\uDE80")).isEqualTo(3);
  }
}
