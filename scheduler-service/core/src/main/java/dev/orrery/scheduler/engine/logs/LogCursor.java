package dev.orrery.scheduler.engine.logs;

import dev.orrery.scheduler.base.problem.ProblemException;

/**
 * A position in the log of an instance, after a line.
 *
 * @param attempt number of the attempt; 0 is before all attempts
 */
record LogCursor(int attempt, int sequence) {
  static final LogCursor START = new LogCursor(0, -1);

  /**
   * Parses {@code ATTEMPT-SEQUENCE}; null means the start.
   *
   * @throws ProblemException {@code INVALID}
   */
  static LogCursor parse(String text) {
    return parse("after", text);
  }

  /** Parses a cursor from the parameter or header of this name. */
  static LogCursor parse(String name, String text) {
    if (text == null) {
      return START;
    }
    int hyphen = text.indexOf('-');
    try {
      if (hyphen > 0) {
        return new LogCursor(
            Integer.parseInt(text.substring(0, hyphen)),
            Integer.parseInt(text.substring(hyphen + 1)));
      }
    } catch (NumberFormatException e) {
      // Rejected below, together with texts without a hyphen.
    }
    throw ProblemException.invalid(
        name, "'" + name + "' must be the cursor of an earlier page or line.");
  }

  static LogCursor behind(LogLine line) {
    return new LogCursor(line.attempt(), line.sequence());
  }

  boolean isBefore(LogLine line) {
    return line.attempt() > attempt || (line.attempt() == attempt && line.sequence() > sequence);
  }

  @Override
  public String toString() {
    return attempt + "-" + sequence;
  }
}
