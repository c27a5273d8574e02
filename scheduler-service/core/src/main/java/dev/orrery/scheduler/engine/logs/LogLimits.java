package dev.orrery.scheduler.engine.logs;

import dev.orrery.protocol.message.LogsRequest.Chunk;
import dev.orrery.protocol.message.LogsRequest.Line;
import dev.orrery.protocol.message.MessageLimits;
import dev.orrery.protocol.text.BoundedText;
import dev.orrery.scheduler.http.rest.PageBytes;
import dev.orrery.scheduler.model.commit.GroupCommit;
import java.time.Duration;
import java.util.List;

/** Limits of logs: of chunks, attempts, pages and streams. */
final class LogLimits {
  /** The bounds of a commit and of its queue, in kilobytes. */
  static final GroupCommit.Settings COMMIT =
      new GroupCommit.Settings("log lines", 8 * 1024, 64 * 1024, 1);

  /**
   * The bound of one attempt, for workers that exceed {@link MessageLimits#MAX_ATTEMPT_LOG_BYTES}.
   */
  static final long MAX_ATTEMPT_BYTES = MessageLimits.MAX_ATTEMPT_LOG_BYTES + 64 * 1024;

  static final LogStore.Limit PAGE = new LogStore.Limit(100, PageBytes.MAX_BYTES);

  static final LogStore.Limit STREAM_PAGE = new LogStore.Limit(100, 128 * 1024);

  /** The number of streams that read in parallel; each stream is in the queue at most once. */
  static final int MAX_STREAM_READERS = 2;

  private static final Duration MAX_AGE = Duration.ofDays(3660);

  private LogLimits() {}

  static int lastSequence(Chunk chunk) {
    return chunk.sequence() + chunk.lines().size() - 1;
  }

  /** Counts characters as bytes, which is accurate enough for a bound. */
  static int bytes(Chunk chunk) {
    int bytes = 0;
    for (Line line : chunk.lines()) {
      bytes += Line.weight(line.stream(), line.text());
    }
    return bytes;
  }

  /** Returns the chunks with long texts truncated. A line is never refused for its text. */
  static List<Chunk> bounded(List<Chunk> chunks) {
    return chunks.stream().allMatch(LogLimits::isBounded)
        ? chunks
        : chunks.stream().map(LogLimits::bounded).toList();
  }

  private static boolean isBounded(Chunk chunk) {
    return chunk.lines().stream().allMatch(LogLimits::isBounded);
  }

  private static boolean isBounded(Line line) {
    // A line that its worker has truncated ends in one more character.
    return (line.text() == null || line.text().length() <= MessageLimits.MAX_LOG_LINE_LENGTH + 1)
        && (line.stream() == null || line.stream().length() <= MessageLimits.MAX_LOG_STREAM_LENGTH)
        && line.ageMillis() <= MAX_AGE.toMillis();
  }

  private static Chunk bounded(Chunk chunk) {
    return new Chunk(
        chunk.instance(),
        chunk.attempt(),
        chunk.sequence(),
        chunk.lines().stream().map(LogLimits::bounded).toList());
  }

  /**
   * Caps the age of a line at {@link #MAX_AGE}; a greater age is due to a wrong clock of the
   * worker.
   */
  private static Line bounded(Line line) {
    return new Line(
        Math.min(line.ageMillis(), MAX_AGE.toMillis()),
        BoundedText.cut(line.stream(), MessageLimits.MAX_LOG_STREAM_LENGTH),
        line.text() == null
            ? null
            : BoundedText.abbreviate(line.text(), MessageLimits.MAX_LOG_LINE_LENGTH));
  }

  /** Replaces characters that cannot be stored; returns an empty text for null. */
  static String storable(String text) {
    return text == null ? "" : BoundedText.replaceUnstorable(text);
  }
}
