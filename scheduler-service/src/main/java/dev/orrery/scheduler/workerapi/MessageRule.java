package dev.orrery.scheduler.workerapi;

import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.protocol.message.ByeRequest;
import dev.orrery.protocol.message.LogsRequest;
import dev.orrery.protocol.message.LogsRequest.Chunk;
import dev.orrery.protocol.message.MessageLimits;
import dev.orrery.protocol.message.PollRequest;
import dev.orrery.protocol.message.RenewRequest;
import dev.orrery.protocol.message.ReportRequest;
import dev.orrery.scheduler.problem.ProblemException;
import java.util.List;

/**
 * The bounds of lists in messages of workers, over every protocol. An offer has its own rule, in
 * {@code agreement}.
 *
 * <p>A text that is too long is never refused: the feature that stores it cuts it. A worker drops a
 * report for good that is refused as invalid, and the end of its attempt would be lost.
 */
final class MessageRule {
  private MessageRule() {}

  static void require(PollRequest request) {
    requireAttempts("held", request.held());
  }

  static void require(RenewRequest request) {
    requireAttempts("held", request.held());
  }

  static void require(ByeRequest request) {
    requireAttempts("handedBack", request.handedBack());
  }

  static void require(ReportRequest request) {
    requireSize("reports", request.reports().size(), MessageLimits.MAX_REPORTS);
  }

  static void require(LogsRequest request) {
    long lines = 0;
    for (int i = 0; i < request.chunks().size(); i++) {
      Chunk chunk = request.chunks().get(i);
      requireAttempt("chunks", i, chunk.ref());
      requireLines(i, chunk);
      lines += chunk.lines().size();
    }
    if (lines > MessageLimits.MAX_LOG_REQUEST_LINES) {
      throw ProblemException.invalid(
          "chunks",
          "'chunks' must have at most "
              + MessageLimits.MAX_LOG_REQUEST_LINES
              + " lines together; they have "
              + lines
              + ".");
    }
  }

  private static void requireLines(int index, Chunk chunk) {
    int lines = chunk.lines().size();
    if (lines < 1 || lines > MessageLimits.MAX_LOG_CHUNK_LINES) {
      throw invalid(
          "chunks",
          index,
          "lines",
          "must have 1 to " + MessageLimits.MAX_LOG_CHUNK_LINES + " lines; it has " + lines);
    }
    // The last number of an int is that of the note about missing lines.
    if (chunk.sequence() < 0 || chunk.sequence() > Integer.MAX_VALUE - lines - 1) {
      throw invalid("chunks", index, "sequence", "must be 0 or more, and leave numbers for lines");
    }
  }

  private static void requireAttempts(String field, List<AttemptRef> attempts) {
    requireSize(field, attempts.size(), MessageLimits.MAX_HELD);
    for (int i = 0; i < attempts.size(); i++) {
      requireAttempt(field, i, attempts.get(i));
    }
  }

  private static void requireAttempt(String list, int index, AttemptRef attempt) {
    if (attempt.instance() < 1) {
      throw invalid(list, index, "instance", "must be 1 or more");
    }
    if (attempt.attempt() < 1) {
      throw invalid(list, index, "attempt", "must be 1 or more");
    }
  }

  private static void requireSize(String field, long entries, int max) {
    if (entries > max) {
      throw ProblemException.invalid(
          field, "'" + field + "' must have at most " + max + " entries; it has " + entries + ".");
    }
  }

  private static ProblemException invalid(String list, int index, String name, String problem) {
    String field = list + "[" + index + "]." + name;
    return ProblemException.invalid(field, "'" + field + "' " + problem + ".");
  }
}
