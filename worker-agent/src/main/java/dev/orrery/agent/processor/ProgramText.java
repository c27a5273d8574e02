package dev.orrery.agent.processor;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Passes texts to a program as UTF-8, whatever the locale of the agent. Java encodes arguments and
 * variables by the locale, and replaces characters that the locale lacks. A file has no such limit,
 * so a shell reads these texts from a script.
 */
final class ProgramText {
  private ProgramText() {}

  /** Returns true if the text reaches a program unchanged as an argument or a variable. */
  static boolean isPassed(String text) {
    return isAscii(text) || isUtf8();
  }

  /** Java 17 uses the first property for arguments and variables, and later releases the second. */
  private static boolean isUtf8() {
    return Charset.defaultCharset().equals(StandardCharsets.UTF_8)
        && StandardCharsets.UTF_8.name().equals(System.getProperty("sun.jnu.encoding"));
  }

  private static boolean isAscii(String text) {
    return text.chars().allMatch(letter -> letter < 0x80);
  }

  /** Returns shell commands in one line that set the variables, with a trailing space. */
  static String exports(Map<String, String> variables) {
    return variables.entrySet().stream()
        .map(variable -> "export " + variable.getKey() + "=" + quoted(variable.getValue()) + "; ")
        .collect(Collectors.joining());
  }

  /** Returns a script that replaces itself with the program. */
  static String exec(List<String> command) {
    return "exec " + command.stream().map(ProgramText::quoted).collect(Collectors.joining(" "));
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }

  /**
   * Encodes a path in ASCII for the format {@code %b} of {@code printf}. An ASCII path without a
   * backslash stays unchanged.
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
