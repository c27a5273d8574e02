package dev.orrery.scheduler.dispatch;

import dev.orrery.protocol.Verb;
import dev.orrery.protocol.message.Assignment;
import java.util.List;
import java.util.Map;

/** Keeps answers below the largest message; what does not fit is given at the next poll. */
final class AnswerSize {
  /**
   * A character is at most six bytes of JSON; a third of the bound is left for what that misses.
   */
  private static final int MAX_CHARACTERS = Verb.MAX_MESSAGE_BYTES / 9;

  private static final int FRAME = 300;

  private AnswerSize() {}

  /** As many of the first attempts as fit, and at least one. */
  static List<Assignment> fitting(List<Assignment> attempts) {
    long characters = 0;
    for (int i = 0; i < attempts.size(); i++) {
      characters += characters(attempts.get(i));
      if (characters > MAX_CHARACTERS && i > 0) {
        return attempts.subList(0, i);
      }
    }
    return attempts;
  }

  private static long characters(Assignment assignment) {
    long characters = (long) FRAME + assignment.processor().toString().length();
    for (Map.Entry<String, String> parameter : assignment.parameters().entrySet()) {
      characters += (long) parameter.getKey().length() + parameter.getValue().length();
    }
    return characters;
  }
}
