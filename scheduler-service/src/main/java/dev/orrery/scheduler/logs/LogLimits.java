package dev.orrery.scheduler.logs;

import dev.orrery.protocol.message.LogsRequest.Chunk;
import dev.orrery.protocol.message.LogsRequest.Line;
import dev.orrery.protocol.message.MessageLimits;
import dev.orrery.protocol.text.BoundedText;
import dev.orrery.scheduler.commit.GroupCommit;

/** Limits of logs: of chunks, of one attempt, of what a reader gets, and of streams. */
final class LogLimits {
  /** The bounds of a commit, and of the queue before it, in kilobytes. */
  static final GroupCommit.Settings COMMIT =
      new GroupCommit.Settings("log lines", 8 * 1024, 64 * 1024, 1);

  /** The bound of one attempt, for workers that write on where they must stop. */
  static final long MAX_ATTEMPT_BYTES = MessageLimits.MAX_ATTEMPT_LOG_BYTES + 64 * 1024;

  /** A page of the API. */
  static final LogStore.Limit PAGE = new LogStore.Limit(100, 2 * 1024 * 1024);

  /** A page of a stream. */
  static final LogStore.Limit STREAM_PAGE = new LogStore.Limit(100, 128 * 1024);

  /** The number of streams that read at once; each stream is in the queue at most once. */
  static final int MAX_STREAM_READERS = 2;

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
