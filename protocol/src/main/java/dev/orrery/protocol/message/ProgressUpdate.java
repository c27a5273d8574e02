package dev.orrery.protocol.message;

import com.fasterxml.jackson.annotation.JsonFormat;
import dev.orrery.protocol.text.BoundedText;

/**
 * The progress of an attempt.
 *
 * @param instance 63 bits, a string of digits in JSON
 * @param attempt from 1
 * @param percent 0 to 100; may fall
 * @param message one line of at most {@value MessageLimits#MAX_PROGRESS_LENGTH} characters, longer
 *     ones are cut; may be absent
 */
@SparseMessage
public record ProgressUpdate(
    @JsonFormat(shape = JsonFormat.Shape.STRING) long instance,
    int attempt,
    int percent,
    @Bounded(max = MessageLimits.MAX_PROGRESS_LENGTH, excess = Bounded.Excess.CUT) String message) {

  /** Returns the message without control characters, cut to its bound; null if it is blank. */
  public static String cleanMessage(String message) {
    if (message == null || message.isBlank()) {
      return null;
    }
    String line = BoundedText.replaceUnstorable(message.strip().replaceAll("\\p{Cntrl}", " "));
    return line.length() <= MessageLimits.MAX_PROGRESS_LENGTH
        ? line
        : BoundedText.abbreviate(line, MessageLimits.MAX_PROGRESS_LENGTH - 1);
  }

  /** Clamps to 0 to 100. */
  public static int bounded(int percent) {
    return Math.max(0, Math.min(100, percent));
  }
}
