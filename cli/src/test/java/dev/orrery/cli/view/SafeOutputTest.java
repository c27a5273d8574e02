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

class SafeOutputTest {
  private static final String HARMFUL = "a\u001b31mb";
  private static final String SAFE = "a\uFFFD31mb";

  @Test
  void replacesTerminalControlCharacters() {
    assertThat(TableCell.of(HARMFUL).text()).doesNotContain("\u001b");
    assertThat(noted(HARMFUL)).isEqualTo(SAFE + "\n");
    assertThat(printed(true, view -> view.printDocument(HARMFUL))).isEqualTo(SAFE + "\n");
    assertThat(printed(false, view -> view.printDocument(HARMFUL))).isEqualTo(HARMFUL + "\n");
  }

  @Test
  void removesColoursFromCellsAndNotes() {
    String coloured = "exit code 3: \u001b[1;31merror\u001b[0m";

    assertThat(TableCell.of(coloured).text()).isEqualTo("exit code 3: error");
    assertThat(noted(coloured)).isEqualTo("exit code 3: error\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\u007f", "\u009b", "\u202e"})
  void escapesTerminalControlCharactersInJson(String harmful) throws JsonProcessingException {
    ObjectNode json = new ObjectMapper().createObjectNode().put("a", "x" + harmful + "\n");

    String printed = printed(false, view -> view.print(json));

    assertThat(printed).doesNotContain(harmful).endsWith("}\n");
    assertThat(new ObjectMapper().readTree(printed)).isEqualTo(json);
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
