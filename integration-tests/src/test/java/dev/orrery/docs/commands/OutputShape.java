package dev.orrery.docs.commands;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Compares the output on a page with the output of a run word by word. A number matches any number
 * except that of a line of a file, a duration any duration, and blanks any blanks. A line {@code …}
 * matches any lines, and a {@code …} within a line any text.
 */
final class OutputShape {
  private static final String ANY = "…";
  private static final Pattern DURATION =
      Pattern.compile("\\b(?:\\d+(?:\\.\\d+)? ?(?:ns|µs|ms|s|m|min|h|d)(?![A-Za-z_]) ?)+");
  private static final Pattern NUMBER = Pattern.compile("(?<!, line |\\d)\\d+(?:[.:,]\\d+)*");
  private static final Pattern BLANKS = Pattern.compile("\\s+");

  private OutputShape() {}

  /** Returns true if the output matches the page. Empty lines are ignored. */
  static boolean matches(String shown, String output) {
    return matches(lines(shown), lines(output));
  }

  /** Returns true if the output contains each line of the page, in any order. */
  static boolean matchesInAnyOrder(String shown, String output) {
    List<String> printed = lines(output);
    return lines(shown).stream()
        .filter(line -> !line.equals(ANY))
        .allMatch(line -> printed.stream().anyMatch(other -> matchesLine(line, other)));
  }

  private static boolean matches(List<String> shown, List<String> output) {
    if (shown.isEmpty()) {
      return output.isEmpty();
    }
    List<String> rest = shown.subList(1, shown.size());
    if (!shown.get(0).equals(ANY)) {
      return !output.isEmpty()
          && matchesLine(shown.get(0), output.get(0))
          && matches(rest, output.subList(1, output.size()));
    }
    for (int skipped = 0; skipped <= output.size(); skipped++) {
      if (matches(rest, output.subList(skipped, output.size()))) {
        return true;
      }
    }
    return false;
  }

  private static boolean matchesLine(String shown, String line) {
    StringBuilder pattern = new StringBuilder();
    for (String part : shown.split(ANY, -1)) {
      pattern.append(pattern.isEmpty() ? "" : ".*").append(Pattern.quote(part));
    }
    return Pattern.matches(pattern.toString(), line);
  }

  private static List<String> lines(String text) {
    List<String> shapes = new ArrayList<>();
    for (String line : text.lines().toList()) {
      String shape = DURATION.matcher(line).replaceAll("#t ");
      shape = NUMBER.matcher(shape).replaceAll("#");
      shape = BLANKS.matcher(shape).replaceAll(" ").strip();
      if (!shape.isEmpty()) {
        shapes.add(shape);
      }
    }
    return shapes;
  }
}
