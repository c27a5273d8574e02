package dev.orrery.scheduler.logs;

import java.util.List;

/**
 * Selects the lines that can be shown to a reader who only moves forward. While an attempt may
 * still write, lines after a gap wait until the gap is filled, and so do the lines of the next
 * attempt.
 */
final class LineOrder {
  private LineOrder() {}

  /**
   * @param lines behind the cursor, by (attempt, sequence)
   * @param onlyAttempt the one that is followed; null for all
   * @return the first of them, or all
   */
  static List<LogLine> showable(
      List<LogLine> lines, LogCursor cursor, Integer onlyAttempt, int settledBelow) {
    LogCursor last = cursor;
    int count = 0;
    for (LogLine line : lines) {
      if (!follows(line, last, onlyAttempt != null, settledBelow)) {
        break;
      }
      last = LogCursor.behind(line);
      count++;
    }
    return lines.subList(0, count);
  }

  private static boolean follows(LogLine line, LogCursor last, boolean onlyOne, int settledBelow) {
    if (line.attempt() < settledBelow) {
      return true;
    }
    if (line.attempt() == last.attempt()) {
      return line.sequence() == last.sequence() + 1;
    }
    return line.sequence() == 0 && (onlyOne || line.attempt() <= settledBelow);
  }
}
