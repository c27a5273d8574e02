package dev.orrery.scheduler.engine.logs;

import java.util.List;

/**
 * Selects the lines for a reader that only moves forward. This is a pure rule. While an attempt may
 * still write, lines after a gap are held back until the gap is filled, and so are the lines of the
 * next attempt.
 */
final class LineOrder {
  private LineOrder() {}

  /**
   * @param lines lines after the cursor, by (attempt, sequence)
   * @param onlyAttempt the followed attempt; null for all
   * @return the lines before the first line that must not be shown yet
   */
  static List<LogLine> showable(
      List<LogLine> lines, LogCursor cursor, Integer onlyAttempt, int finalBelow) {
    LogCursor last = cursor;
    int count = 0;
    for (LogLine line : lines) {
      if (!follows(line, last, onlyAttempt != null, finalBelow)) {
        break;
      }
      last = LogCursor.behind(line);
      count++;
    }
    return lines.subList(0, count);
  }

  private static boolean follows(LogLine line, LogCursor last, boolean onlyOne, int finalBelow) {
    if (line.attempt() < finalBelow) {
      return true;
    }
    if (line.attempt() == last.attempt()) {
      return line.sequence() == last.sequence() + 1;
    }
    return line.sequence() == 0 && (onlyOne || line.attempt() <= finalBelow);
  }
}
