package dev.orrery.agent.processor;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Texts that a program gets in UTF-8, whatever the locale of the agent is. Java encodes arguments
 * and variables by the locale, and replaces letters that the locale lacks. A file has no such
 * limit, so a shell reads these texts from a script.
 */
final class ProgramText {
  private ProgramText() {}

  /** Returns true if the text reaches a program as an argument or a variable. */
  static boolean isPassed(String text) {
    return isAscii(text) || isUtf8();
  }

  /** Java 17 uses the first one for arguments and variables, and later releases the second. */
  private static boolean isUtf8() {
    return Charset.defaultCharset().equals(StandardCharsets.UTF_8)
        && StandardCharsets.UTF_8.name().equals(System.getProperty("sun.jnu.encoding"));
  }

  private static boolean isAscii(String text) {
    return text.chars().allMatch(letter -> letter < 0x80);
  }

  /** Returns commands of a shell in one line that set the variables, with a space at the end. */
  static String exports(Map<String, String> variables) {
    return variables.entrySet().stream()
        .map(variable -> "export " + variable.getKey() + "=" + quoted(variable.getValue()) + "; ")
        .collect(Collectors.joining());
  }

  /** Returns a script that becomes the program. */
  static String exec(List<String> command) {
    return "exec " + command.stream().map(ProgramText::quoted).collect(Collectors.joining(" "));
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }

  /**
   * Returns the bytes of a path in ASCII, as the format {@code %b} of {@code printf} reads them.
   * Only a path that is in ASCII without a backslash stays as it is.
   */
  static String printfText(Path path) {
    String text = path.toString();
    if (isAscii(text) && text.indexOf('\\') < 0) {
      return text;
    }
    // The only form in which Java gives the bytes that the locale cannot read.
    String encoded = path.toUri().getRawPath();
    StringBuilder result = new StringBuilder();
    for (int i = 0; i < encoded.length(); i++) {
      if (encoded.charAt(i) == '%') {
        int octet = Integer.parseInt(encoded, i + 1, i + 3, 16);
        result.append("\\0%03o".formatted(octet));
        i += 2;
      } else {
        result.append(encoded.charAt(i));
      }
    }
    return result.toString();
  }
}
