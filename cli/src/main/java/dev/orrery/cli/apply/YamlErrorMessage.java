package dev.orrery.cli.apply;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.reader.ReaderException;

/** Turns a YAML syntax error into a one-line message. */
final class YamlErrorMessage {
  /** A character that begins no text without quotes. */
  private static final Pattern INDICATOR =
      Pattern.compile("found character (\\S+) that cannot start any token");

  private YamlErrorMessage() {}

  /** A character that YAML has in no text, such as those of a binary file. */
  static String message(String file, String text, ReaderException error) {
    int line = 1 + (int) text.chars().limit(error.getPosition()).filter(c -> c == '\n').count();
    return String.format(
        "%s, line %d: a character U+%04X, which no YAML has; is this a text file?",
        file, line, error.getCodePoint());
  }

  /**
   * @param text the content of the file
   */
  static String message(String file, String text, MarkedYAMLException error) {
    Mark mark = error.getProblemMark();
    return file
        + (mark == null
            ? ""
            : ", line " + (mark.getLine() + 1) + ", column " + (mark.getColumn() + 1))
        + ": "
        + problem(error, mark != null && !before(text, mark).isBlank());
  }

  /** Returns what stands before the error in its line. */
  private static String before(String text, Mark mark) {
    String line = text.lines().skip(mark.getLine()).findFirst().orElse("");
    return line.substring(0, Math.min(mark.getColumn(), line.length()));
  }

  private static String problem(MarkedYAMLException error, boolean isBehindText) {
    String problem = String.valueOf(error.getProblem());
    if (problem.contains("\\t")) {
      return isBehindText
          ? "a tab between the parts of a line; write a space"
          : "a tab; YAML is indented with spaces";
    }
    Matcher indicator = INDICATOR.matcher(problem);
    if (indicator.lookingAt()) {
      return "a text that begins with " + indicator.group(1) + " must be in quotes";
    }
    if (problem.startsWith("expected <block end>") && isBehindText) {
      return "text behind a value that has ended; put quotes around the whole value";
    }
    if (problem.startsWith("mapping values are not allowed here")) {
      return "a ': ' that begins no field here; indent the line as its neighbours, or quote the"
          + " text";
    }
    String context = String.valueOf(error.getContext());
    if (context.equals("while scanning an alias")) {
      return YamlSubset.notSupported("an alias (*)");
    }
    if (context.equals("while scanning an anchor")) {
      return YamlSubset.notSupported("an anchor (&)");
    }
    Mark begin = error.getContextMark();
    if (problem.startsWith("expected <block end>") && begin != null) {
      return "the indentation does not fit the block that begins in line "
          + (begin.getLine() + 1)
          + " at column "
          + (begin.getColumn() + 1);
    }
    return error.getContext() == null ? problem : error.getContext() + ": " + problem;
  }
}
