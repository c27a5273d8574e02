package dev.orrery.scheduler.engine.dispatch;

import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.message.Assignment;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Keeps poll responses below the maximum message size. Attempts that do not fit are sent with the
 * next poll.
 */
final class ResponseSize {
  /** A character is nearly always one or two bytes; akka sends a larger message in parts. */
  private static final int BYTES_OVER_AKKA = 3;

  /** Names of fields, ids and punctuation. */
  private static final int FRAME_CHARACTERS = 300;

  /** Quotes and a comma or colon around each text. */
  private static final int PUNCTUATION = 3;

  /** The sizes of processors and parameters: runs of a version share them. */
  private final IdentityHashMap<Object, Long> measured = new IdentityHashMap<>();

  /** Returns as many of the first attempts as fit, and at least one. */
  static List<Assignment> fitting(List<Assignment> attempts, Protocol protocol) {
    int longest =
        protocol == Protocol.AKKA
            ? protocol.maxMessageBytes() / BYTES_OVER_AKKA
            : protocol.maxMessageCharacters();
    ResponseSize size = new ResponseSize();
    long characters = 0;
    for (int i = 0; i < attempts.size(); i++) {
      characters += size.characters(attempts.get(i));
      if (characters > longest && i > 0) {
        return attempts.subList(0, i);
      }
    }
    return attempts;
  }

  /** Returns the approximate size of an assignment in a response. */
  long characters(Assignment assignment) {
    return FRAME_CHARACTERS
        + measured.computeIfAbsent(
            assignment.processor(),
            once -> assignment.processor().texts().mapToLong(ResponseSize::of).sum())
        + measured.computeIfAbsent(assignment.parameters(), once -> of(assignment.parameters()));
  }

  private static long of(Map<String, String> parameters) {
    long characters = 0;
    for (Map.Entry<String, String> parameter : parameters.entrySet()) {
      characters += of(parameter.getKey()) + of(parameter.getValue());
    }
    return characters;
  }

  private static long of(String text) {
    return PUNCTUATION + (long) text.length();
  }
}
