package dev.orrery.protocol.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SafeTextTest {
  /** Escape, bell, delete, the one-character CSI, and characters that change the text direction. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u001b", "\u0007", "\u007f", "\u009b", "\u0085", "\u061c", "\u200e", "\u200f", "\u202a",
        "\u202e", "\u2066", "\u2069"
      })
  void replacesTerminalControlCharacters(String harmful) {
    String text = "a" + harmful + "31mb";

    assertThat(SafeText.line(text)).isEqualTo("a\uFFFD31mb");
    assertThat(SafeText.lines(text)).isEqualTo("a\uFFFD31mb");
    assertThat(SafeText.ofLog(text)).isEqualTo("a\uFFFD31mb");
  }

  @Test
  void removesOnlyColours() {
    assertThat(SafeText.withoutColours("\u001b[1;31ma\u001b[0m[m\u001b[2J\u001b[mb"))
        .isEqualTo("a[m\u001b[2Jb");
  }

  @Test
  void keepsTabsLineBreaksAndColoursWhereAllowed() {
    assertThat(SafeText.line("a\tb\nc")).isEqualTo("a\uFFFDb\uFFFDc");
    assertThat(SafeText.lines("a\tb\nc")).isEqualTo("a\tb\nc");
    assertThat(SafeText.ofLog("\u001b[1;31ma\u001b[0m\tb")).isEqualTo("\u001b[1;31ma\u001b[0m\tb");
    assertThat(SafeText.ofLog("\u001b[2Ja")).isEqualTo("\uFFFD[2Ja");
    assertThat(SafeText.line("שלום ünd 日本 \uD83D\uDE00")).isEqualTo("שלום ünd 日本 \uD83D\uDE00");
  }
}
