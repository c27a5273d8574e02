package dev.orrery.scheduler.report;

import dev.orrery.protocol.message.MessageLimits;
import dev.orrery.protocol.text.BoundedText;
import dev.orrery.scheduler.commit.GroupCommit;
import java.time.Duration;

/** Limits of reports: what they store, and how many one commit takes. Longer texts are cut. */
final class ReportLimits {
  /** The bounds of a commit, and of the queue before it. */
  static final GroupCommit.Settings COMMIT = new GroupCommit.Settings("reports", 2_000, 100_000, 2);

  /** Beyond it a worker's clock is wrong; the database could not count with it. */
  static final Duration LONGEST_RUN = Duration.ofDays(3660);

  private ReportLimits() {}

  static String result(String text) {
    return storable(text, MessageLimits.MAX_RESULT_BYTES);
  }

  static String error(String text) {
    return storable(text, MessageLimits.MAX_ERROR_BYTES);
  }

  /**
   * @param millis as the worker measured it; null if it did not
   */
  static Long runTime(Long millis) {
    return millis == null ? null : Math.max(0, Math.min(millis, LONGEST_RUN.toMillis()));
  }

  private static String storable(String text, int maxBytes) {
    return BoundedText.truncateUtf8(BoundedText.replaceNul(text), maxBytes);
  }
}
