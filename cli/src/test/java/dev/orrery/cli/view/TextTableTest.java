package dev.orrery.cli.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class TextTableTest {
  private static final Terminal FILE = new Terminal(false, false, Integer.MAX_VALUE);

  private final TextTable table = new TextTable("ID", "STATE", "DETAIL");

  @Test
  void sizesColumnsToContentWithoutTrailingSpaces() {
    table.add(TableCell.of("17"), TableCell.of("SUCCEEDED"), TableCell.of("exit code 0"));
    table.add(TableCell.of("4711"), TableCell.of("WAITING"), TableCell.of(""));

    assertThat(table.lines(FILE))
        .containsExactly(
            "ID    STATE      DETAIL", "17    SUCCEEDED  exit code 0", "4711  WAITING");
  }

  @Test
  void truncatesLastColumnAtTerminalWidth() {
    table.add(
        TableCell.of("17"), TableCell.of("FAILED"), TableCell.of("exit code 1: no such file"));

    assertThat(table.lines(new Terminal(true, false, 26)))
        .containsExactly("ID  STATE   DETAIL", "17  FAILED  exit code 1: …")
        .allMatch(line -> line.length() <= 26);
  }

  @Test
  void dropsColumnsInOrderUntilLastColumnFits() {
    TextTable wide =
        new TextTable("ID", "STATE", "WORKER", "AGE", "DETAIL").dropping("WORKER", "AGE");
    String detail = "no connected worker has the tags";
    wide.add(
        TableCell.of("17"),
        TableCell.of("WAITING"),
        TableCell.of("worker-1"),
        TableCell.of("12s ago"),
        TableCell.of(detail));

    assertThat(wide.lines(terminal(64)).get(1))
        .isEqualTo("17  WAITING  worker-1  12s ago  " + detail);
    assertThat(wide.lines(terminal(52)).get(1))
        .isEqualTo("17  WAITING  worker-1  12s ago  no connected worker…");
    assertThat(wide.lines(terminal(51)).get(1))
        .isEqualTo("17  WAITING  12s ago  no connected worker has the …");
    assertThat(wide.lines(terminal(41)).get(0)).isEqualTo("ID  STATE    DETAIL");
    assertThat(wide.lines(terminal(15)).get(1)).isEqualTo("17  WAITING  no connec…");
    assertThat(wide.lines(FILE).get(0)).contains("WORKER", "AGE");
  }

  @Test
  void wrapsLastColumnWithoutLosingText() {
    TextTable refused = new TextTable("WORKER", "WHY").wrapping();
    refused.add(
        TableCell.of("w"),
        new TableCell("wrong app. To change: orrery.worker.app", TextColour.RED));

    assertThat(refused.lines(terminal(24)))
        .containsExactly(
            "WORKER  WHY",
            "w       wrong app. To",
            "        change:",
            "        orrery.worker.ap",
            "        p");
    assertThat(refused.lines(FILE)).hasSize(2);
  }

  @Test
  void refusesToDropUnknownOrLastColumn() {
    assertThatThrownBy(() -> table.dropping("AGE")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> table.dropping("DETAIL")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void alignsColumnsDespiteColourCodes() {
    table.add(TableCell.of("17"), new TableCell("FAILED", TextColour.RED), TableCell.of("no"));
    Terminal coloured = new Terminal(true, true, 80);

    assertThat(table.lines(coloured).get(1)).isEqualTo("17  \u001b[31mFAILED\u001b[0m  no");
    assertThat(table.lines(FILE).get(1)).isEqualTo("17  FAILED  no");
  }

  @Test
  void removesControlCharactersAndLineBreaksFromCells() {
    assertThat(TableCell.of("a\u001b[2Jb").text()).isEqualTo("a\uFFFD[2Jb");
    assertThat(TableCell.of(" first \n  second\r\nthird ").text()).isEqualTo("first second third");
  }

  @Test
  void refusesRowWithWrongNumberOfCells() {
    assertThatThrownBy(() -> table.add(TableCell.of("17")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void usesColoursOnlyInCapableTerminalsWithoutNoColor() {
    assertThat(colours(true, Map.of("TERM", "xterm"))).isTrue();
    assertThat(colours(true, Map.of("TERM", "xterm", "NO_COLOR", ""))).isTrue();
    assertThat(colours(true, Map.of("TERM", "xterm", "NO_COLOR", "1"))).isFalse();
    assertThat(colours(true, Map.of("TERM", "dumb"))).isFalse();
    assertThat(colours(false, Map.of("TERM", "xterm"))).isFalse();
  }

  @Test
  void usesTerminalWidthOrUnboundedWidthForFiles() {
    assertThat(Terminal.of(Map.of(), properties(true, "132")).width()).isEqualTo(132);
    assertThat(Terminal.of(Map.of(), properties(true, "")).width()).isEqualTo(80);
    assertThat(Terminal.of(Map.of(), properties(true, "0")).width()).isEqualTo(80);
    assertThat(Terminal.of(Map.of(), properties(false, "132")).width())
        .isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void assumesTerminalWhenOutputKindIsUnknown() {
    assertThat(Terminal.of(Map.of(), new Properties()).actsOnText()).isTrue();
    assertThat(Terminal.of(Map.of(), properties(true, "80")).actsOnText()).isTrue();
    assertThat(Terminal.of(Map.of(), properties(false, "80")).actsOnText()).isFalse();
  }

  private static Terminal terminal(int width) {
    return new Terminal(true, false, width);
  }

  private static boolean colours(boolean terminal, Map<String, String> environment) {
    return Terminal.of(environment, properties(terminal, "80")).colours();
  }

  private static Properties properties(boolean terminal, String columns) {
    Properties properties = new Properties();
    properties.setProperty("orrery.terminal", Boolean.toString(terminal));
    properties.setProperty("orrery.columns", columns);
    return properties;
  }
}
