package dev.orrery.scheduler.logs;

import dev.orrery.protocol.message.LogsRequest.Chunk;
import dev.orrery.protocol.message.LogsRequest.Line;
import dev.orrery.protocol.text.BoundedText;

/** Limits of log chunks, their sizes, and the text that is stored. */
final class LogLimits {
  /** The bound of one attempt. Workers stop at 1 MiB; this bound is for those that do not. */
  static final long MAX_ATTEMPT_BYTES = 1024L * 1024 + 64 * 1024;

  private LogLimits() {}

  static int lastSequence(Chunk chunk) {
    return chunk.sequence() + chunk.lines().size() - 1;
  }

  /** Counts characters as bytes, which is close enough for a bound. */
  static int bytes(Chunk chunk) {
    int bytes = 0;
    for (Line line : chunk.lines()) {
      bytes += line.text() == null ? 1 : line.text().length() + 1;
    }
    return bytes;
  }

  /** The text without NUL; empty for null. */
  static String storable(String text) {
    return text == null ? "" : BoundedText.replaceNul(text);
  }
}
