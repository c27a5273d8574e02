package dev.orrery.cli.view;

/** Colours text on a terminal, by escape codes. */
public enum TextColour {
  PLAIN(""),
  BOLD("1"),
  DIM("2"),
  RED("31"),
  GREEN("32"),
  YELLOW("33"),
  CYAN("36");

  private final String code;

  TextColour(String code) {
    this.code = code;
  }

  public String paint(String text, Terminal terminal) {
    return this == PLAIN || text.isEmpty() || !terminal.colours()
        ? text
        : "\u001b[" + code + "m" + text + "\u001b[0m";
  }
}
