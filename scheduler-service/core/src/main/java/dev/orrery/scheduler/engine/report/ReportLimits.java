package dev.orrery.scheduler.engine.report;

import dev.orrery.protocol.message.MessageLimits;
import dev.orrery.protocol.text.BoundedText;
import dev.orrery.protocol.text.ResultText;
import dev.orrery.scheduler.engine.completion.EndedAttempt;
import dev.orrery.scheduler.model.commit.GroupCommit;
import java.time.Duration;
import java.util.List;

/** Limits of reports: the sizes of stored texts and of a commit. Longer texts are truncated. */
final class ReportLimits {
  /** The bounds of a commit and of its queue; see {@link #weight}. */
  static final GroupCommit.Settings COMMIT = new GroupCommit.Settings("reports", 2_000, 100_000, 2);

  /**
   * The maximum run time that is stored. A longer one is due to a wrong clock of the worker, and
   * could overflow in the database.
   */
  static final Duration MAX_RUN = Duration.ofDays(3660);

  /** The number of characters with the weight of an end without texts. */
  private static final int CHARACTERS_OF_A_UNIT = 512;

  private ReportLimits() {}

  /**
   * Returns the weight of ends, which is proportional to their memory: one for each, plus their
   * texts.
   */
  static int weight(List<EndedAttempt> ends) {
    int weight = ends.size();
    for (EndedAttempt end : ends) {
      weight += (length(end.result()) + length(end.error())) / CHARACTERS_OF_A_UNIT;
    }
    return weight;
  }

  private static int length(String text) {
    return text == null ? 0 : text.length();
  }

  static String result(String text) {
    return ResultText.bounded(BoundedText.replaceUnstorable(text));
  }

  static String error(String text) {
    return BoundedText.truncateUtf8(
        BoundedText.replaceUnstorable(text), MessageLimits.MAX_ERROR_BYTES);
  }

  /**
   * @param millis the run time that the worker measured; null if it sent none
   */
  static Long runTime(Long millis) {
    return millis == null ? null : Math.max(0, Math.min(millis, MAX_RUN.toMillis()));
  }
}
