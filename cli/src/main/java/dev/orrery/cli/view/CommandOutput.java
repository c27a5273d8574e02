package dev.orrery.cli.view;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.protocol.text.SafeText;
import java.io.PrintWriter;

/**
 * The output streams of a command.
 *
 * @param out for data
 * @param err for everything else
 */
public record CommandOutput(PrintWriter out, PrintWriter err, Terminal terminal, TimeText times) {
  private static final String CLEAR = "\u001b[H\u001b[J";

  public void print(TextTable table) {
    table.lines(terminal).forEach(out::println);
    out.flush();
  }

  public void print(JsonNode json) {
    out.println(SafeText.json(json.toString()));
    out.flush();
  }

  /** Prints a foreign document. A file or a pipe receives it verbatim. */
  public void printDocument(String document) {
    print(terminal.actsOnText() ? SafeText.lines(document) : document);
  }

  public void print(String line) {
    out.println(line);
    out.flush();
  }

  /** Prints a name and a value of a single resource; nothing if the value is empty. */
  public void field(String name, TableCell value) {
    if (!value.text().isEmpty()) {
      out.println(
          TextColour.DIM.paint(String.format("%-12s", name), terminal)
              + value.colour().paint(value.text(), terminal));
    }
  }

  /** Clears the screen of a terminal, whose scroll-back remains; otherwise prints an empty line. */
  public void clear() {
    out.print(terminal.isTerminal() ? CLEAR : System.lineSeparator());
  }

  /** Prints a message that is not data. */
  public void note(String text) {
    err.println(SafeText.lines(SafeText.withoutColours(text)));
    err.flush();
  }

  /** Returns true if the reader has closed our output. */
  public boolean isGone() {
    return out.checkError();
  }
}
