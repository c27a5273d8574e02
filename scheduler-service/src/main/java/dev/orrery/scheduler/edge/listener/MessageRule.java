package dev.orrery.scheduler.edge.listener;

import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.protocol.message.ByeRequest;
import dev.orrery.protocol.message.LogsRequest;
import dev.orrery.protocol.message.LogsRequest.Chunk;
import dev.orrery.protocol.message.PollRequest;
import dev.orrery.protocol.message.RenewRequest;
import dev.orrery.scheduler.base.problem.ProblemException;
import java.util.List;

/**
 * Checks the values in worker messages, for every protocol. The reader of a message has already
 * limited its lists ({@link dev.orrery.protocol.message.Bounded}). Offers have their own rule, in
 * {@code agreement}.
 *
 * <p>Long texts are never refused: the feature that stores them truncates them. A worker drops a
 * report that is refused as invalid, and the end of its attempt would be lost.
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

  static void require(LogsRequest request) {
    for (int i = 0; i < request.chunks().size(); i++) {
      Chunk chunk = request.chunks().get(i);
      requireAttempt("chunks", i, chunk.ref());
      requireLines(i, chunk);
    }
  }

  private static void requireLines(int index, Chunk chunk) {
    int lines = chunk.lines().size();
    if (lines == 0) {
      throw invalid("chunks", index, "lines", "must have at least one line");
    }
    // The last number of an int is reserved for the note about missing lines.
    if (chunk.sequence() < 0 || chunk.sequence() > Integer.MAX_VALUE - lines - 1) {
      throw invalid("chunks", index, "sequence", "must be 0 or more, and leave numbers for lines");
    }
  }

  private static void requireAttempts(String field, List<AttemptRef> attempts) {
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

  private static ProblemException invalid(String list, int index, String name, String problem) {
    String field = list + "[" + index + "]." + name;
    return ProblemException.invalid(field, "'" + field + "' " + problem + ".");
  }
}
