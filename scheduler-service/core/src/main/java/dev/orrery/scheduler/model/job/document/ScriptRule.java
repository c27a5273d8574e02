package dev.orrery.scheduler.model.job.document;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds characters in a script that {@code sh} reads differently from what its author sees. */
final class ScriptRule {
  private static final Pattern WINDOWS_LINE_END = Pattern.compile("\\r(?=\\n|\\z)");

  /** White space in the indentation of a line that sh does not treat as a blank. */
  private static final Pattern BLANK =
      Pattern.compile(
          "(?m)^[ \\t]*(?<blank>[\\x{FEFF}\\x{00A0}\\x{2000}-\\x{200B}\\x{202F}\\x{3000}])");

  private static final Pattern SHEBANG = Pattern.compile("#!(?<program>[^\\n]*)");
  private static final Pattern SH = Pattern.compile("\\s*(/usr)?/bin/(env\\s+)?sh\\s*");

  private ScriptRule() {}

  /** Returns the error, to follow the name of the field; empty if there is none. */
  static Optional<String> error(String script) {
    Matcher found = WINDOWS_LINE_END.matcher(script);
    if (found.find()) {
      return Optional.of(
          "has the line end CR LF of Windows in line "
              + line(script, found.start())
              + ", and sh takes CR for a letter; write LF alone");
    }
    found = BLANK.matcher(script);
    if (found.find()) {
      int blank = found.start("blank");
      return Optional.of(
          String.format(
              "has the character U+%04X in line %d, which sh takes for a letter; %s",
              (int) script.charAt(blank),
              line(script, blank),
              script.charAt(blank) == '\uFEFF'
                  ? "remove it, it is a byte order mark"
                  : "write a space"));
    }
    found = SHEBANG.matcher(script);
    if (found.lookingAt() && !SH.matcher(found.group("program")).matches()) {
      return Optional.of(
          "runs in sh, which ignores its first line; remove that line, and use 'command' for another"
              + " program, or 'set' for options of sh");
    }
    return Optional.empty();
  }

  private static long line(String script, int index) {
    return 1 + script.substring(0, index).chars().filter(letter -> letter == '\n').count();
  }
}
