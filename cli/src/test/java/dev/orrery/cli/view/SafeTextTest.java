package dev.orrery.cli.view;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SafeTextTest {
  /** Escape, bell, delete, the one-character CSI, and what turns the order of text around. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u001b", "\u0007", "\u007f", "\u009b", "\u0085", "\u061c", "\u200e", "\u200f", "\u202a",
        "\u202e", "\u2066", "\u2069"
      })
  void whatATerminalActsOnIsReplaced(String harmful) {
    String text = "a" + harmful + "31mb";

    assertThat(SafeText.line(text)).isEqualTo("a\uFFFD31mb");
    assertThat(SafeText.lines(text)).isEqualTo("a\uFFFD31mb");
    assertThat(SafeText.ofLog(text)).isEqualTo("a\uFFFD31mb");
    assertThat(TableCell.of(text).text()).doesNotContain(harmful);
    assertThat(noted(text)).isEqualTo("a\uFFFD31mb\n");
    assertThat(printed(true, view -> view.printDocument(text))).isEqualTo("a\uFFFD31mb\n");
    assertThat(printed(false, view -> view.printDocument(text))).isEqualTo(text + "\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\u007f", "\u009b", "\u202e"})
  void jsonKeepsWhatATerminalActsOnAsEscapes(String harmful) throws JsonProcessingException {
    ObjectNode json = new ObjectMapper().createObjectNode().put("a", "x" + harmful + "\n");

    String printed = printed(false, view -> view.print(json));

    assertThat(printed).doesNotContain(harmful).endsWith("}\n");
    assertThat(new ObjectMapper().readTree(printed)).isEqualTo(json);
  }

  @Test
  void tabsLinesAndColoursStayWhereTheyBelong() {
    assertThat(SafeText.line("a\tb\nc")).isEqualTo("a\uFFFDb\uFFFDc");
    assertThat(SafeText.lines("a\tb\nc")).isEqualTo("a\tb\nc");
    assertThat(SafeText.ofLog("\u001b[1;31ma\u001b[0m\tb")).isEqualTo("\u001b[1;31ma\u001b[0m\tb");
    assertThat(SafeText.ofLog("\u001b[2Ja")).isEqualTo("\uFFFD[2Ja");
    assertThat(SafeText.line("שלום ünd 日本 \uD83D\uDE00")).isEqualTo("שלום ünd 日本 \uD83D\uDE00");
  }

  private static String printed(boolean actsOnText, Consumer<CommandOutput> print) {
    StringWriter out = new StringWriter();
    Terminal terminal = new Terminal(false, actsOnText, false, 80);
    print.accept(new CommandOutput(new PrintWriter(out), null, terminal, null));
    return out.toString().replace(System.lineSeparator(), "\n");
  }

  private static String noted(String text) {
    StringWriter err = new StringWriter();
    new CommandOutput(null, new PrintWriter(err), null, null).note(text);
    return err.toString().replace(System.lineSeparator(), "\n");
  }
}
