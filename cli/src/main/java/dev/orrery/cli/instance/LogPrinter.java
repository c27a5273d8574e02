package dev.orrery.cli.instance;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.cli.view.CommandOutput;
import dev.orrery.cli.view.TextColour;
import dev.orrery.protocol.text.SafeText;

/** Writes log lines verbatim, except for terminal control characters. */
final class LogPrinter {
  private final CommandOutput view;
  private final boolean json;
  private int lastAttempt;

  LogPrinter(CommandOutput view, boolean json) {
    this.view = view;
    this.json = json;
  }

  /** Returns false if the reader has closed the output. */
  boolean print(JsonNode line) {
    if (json) {
      view.print(line);
      return !view.isGone();
    }
    int attempt = line.path("attempt").asInt();
    if (lastAttempt != 0 && attempt != lastAttempt) {
      view.note("--- attempt " + attempt + " ---");
    }
    lastAttempt = attempt;
    view.print(text(line));
    return !view.isGone();
  }

  private String text(JsonNode line) {
    String text = line.path("text").asText();
    if (view.terminal().actsOnText()) {
      text = SafeText.ofLog(text);
    }
    return switch (line.path("stream").asText()) {
      case "stderr" -> TextColour.RED.paint(text, view.terminal());
      case "orrery" -> TextColour.DIM.paint("[orrery] " + text, view.terminal());
      default -> text;
    };
  }
}
