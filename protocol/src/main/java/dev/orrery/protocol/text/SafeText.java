package dev.orrery.protocol.text;

import java.util.regex.Pattern;

/**
 * Replaces characters of untrusted text by U+FFFD: characters that a terminal would act on, or that
 * change the display order.
 */
public final class SafeText {
  private static final String ORDER =
      "\\x{061C}\\x{200E}\\x{200F}\\x{202A}-\\x{202E}\\x{2066}-\\x{2069}";
  private static final Pattern IN_A_LINE = Pattern.compile("[\\p{Cc}" + ORDER + "]");
  private static final Pattern IN_LINES = Pattern.compile("[\\p{Cc}" + ORDER + "&&[^\t\n]]");

  /** Everything except tabs and colour sequences. */
  private static final Pattern IN_A_LOG =
      Pattern.compile("\u001b(?!\\[[0-9;]*m)|[\\p{Cc}" + ORDER + "&&[^\t\u001b]]");

  private static final Pattern COLOUR = Pattern.compile("\u001b\\[[0-9;]*m");

  private SafeText() {}

  /** Leaves out colour sequences, for a text that is shown in a line of another one. */
  public static String withoutColours(String text) {
    return COLOUR.matcher(text).replaceAll("");
  }

  /** For a single line. */
  public static String line(String text) {
    return replaced(IN_A_LINE, text);
  }

  /** For text that may have several lines and tabs. */
  public static String lines(String text) {
    return replaced(IN_LINES, text);
  }

  /** For a log line, which may have colours and tabs. */
  public static String ofLog(String text) {
    return replaced(IN_A_LOG, text);
  }

  /** Returns equivalent JSON with these characters escaped. */
  public static String json(String json) {
    return IN_A_LINE
        .matcher(json)
        .replaceAll(found -> String.format("\\\\u%04x", (int) found.group().charAt(0)));
  }

  private static String replaced(Pattern harmful, String text) {
    return harmful.matcher(text).replaceAll("\uFFFD");
  }
}
