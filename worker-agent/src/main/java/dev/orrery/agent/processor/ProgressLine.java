package dev.orrery.agent.processor;

import dev.orrery.worker.AttemptContext;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Recognizes lines of standard output that report progress, such as {@code ::progress 40 copying}.
 * They stay in the log like any other line.
 */
final class ProgressLine {
  private static final Pattern PROGRESS = Pattern.compile("::progress (\\d{1,3})(?: (.*))?");

  private ProgressLine() {}

  static void pass(String line, AttemptContext context) {
    Matcher matcher = PROGRESS.matcher(line);
    if (matcher.matches()) {
      context.progress(Integer.parseInt(matcher.group(1)), matcher.group(2));
    }
  }
}
