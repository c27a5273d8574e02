package dev.orrery.cli.view;

import java.util.Map;
import java.util.Properties;

/**
 * The terminal, file or pipe behind standard output.
 *
 * @param isTerminal false for a file or a pipe
 * @param actsOnText false only for a known file or pipe; otherwise untrusted text must be escaped
 * @param colours whether to use them
 * @param width in characters; unlimited without a terminal
 */
public record Terminal(boolean isTerminal, boolean actsOnText, boolean colours, int width) {
  private static final int USUAL_WIDTH = 80;

  public Terminal(boolean isTerminal, boolean colours, int width) {
    this(isTerminal, isTerminal, colours, width);
  }

  public static Terminal ofThisProcess() {
    return of(System.getenv(), System.getProperties());
  }

  /** Uses properties of the script {@code orrery}, because Java 17 cannot determine them. */
  static Terminal of(Map<String, String> environment, Properties properties) {
    String known = properties.getProperty("orrery.terminal", "");
    boolean terminal = Boolean.parseBoolean(known);
    boolean wanted =
        environment.getOrDefault("NO_COLOR", "").isEmpty()
            && !"dumb".equals(environment.get("TERM"));
    return new Terminal(
        terminal,
        !known.equals("false"),
        terminal && wanted,
        terminal ? width(properties.getProperty("orrery.columns", "")) : Integer.MAX_VALUE);
  }

  /** Returns true if a user can answer on standard input; the script {@code orrery} reports it. */
  public static boolean hasInput() {
    return Boolean.getBoolean("orrery.input-terminal");
  }

  private static int width(String columns) {
    try {
      int width = Integer.parseInt(columns.strip());
      return width > 0 ? width : USUAL_WIDTH;
    } catch (NumberFormatException e) {
      return USUAL_WIDTH;
    }
  }
}
