package dev.orrery.cli.instance;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.protocol.text.Sentences;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Says why an instance waits, or why it ended. Reasons of a newer scheduler stay as they are. */
public final class ReasonText {
  private static final Sentences SENTENCES = Sentences.in("en");

  private ReasonText() {}

  /** Returns the words for a {@code waitingFor} of the API. */
  public static String waiting(String waitingFor) {
    String key = "waiting." + waitingFor;
    return SENTENCES.has(key) ? SENTENCES.say(key) : waitingFor;
  }

  /** Returns why an instance waits; it names what no connected worker has. */
  static String waiting(JsonNode instance) {
    JsonNode missing = instance.path("missing");
    if (missing.hasNonNull("processor")) {
      return SENTENCES.say(
          "waiting.missingProcessor", Map.of("processor", missing.path("processor").asText()));
    }
    if (!missing.path("tags").isEmpty()) {
      List<String> tags = new ArrayList<>();
      missing.path("tags").forEach(tag -> tags.add(tag.asText()));
      return SENTENCES.say(
          "waiting.missingTags", Map.of("n", tags.size(), "tags", String.join(", ", tags)));
    }
    return waiting(InstanceText.text(instance, "waitingFor"));
  }

  /** Returns why an instance ended; empty if only its state says so. */
  static String end(JsonNode instance) {
    String reason = InstanceText.text(instance, "endReason");
    String key = "endReason." + reason;
    return SENTENCES.has(key)
        ? SENTENCES.say(key, Map.of("n", Math.max(1, instance.path("skippedCount").asInt())))
        : reason;
  }
}
