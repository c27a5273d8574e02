package dev.orrery.cli.view;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.protocol.text.SafeText;
import java.util.ArrayList;
import java.util.List;

/** A cell of a table: one line of text without control characters, with a colour. */
public record TableCell(String text, TextColour colour) {
  public TableCell {
    String line = text.replaceAll("\\s*\\R\\s*", " ");
    text = SafeText.line(SafeText.withoutColours(line)).strip();
  }

  /** Returns a comma-separated list. */
  public static TableCell ofNames(JsonNode names) {
    List<String> all = new ArrayList<>();
    names.forEach(name -> all.add(name.asText()));
    return of(String.join(",", all));
  }

  public static TableCell of(String text) {
    return new TableCell(text == null ? "" : text, TextColour.PLAIN);
  }
}
