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

  /**
   * Returns why an instance waits; it names what no connected worker has.
   *
   * @param waiting an instance, or a count of waiting ones
   */
  public static String waiting(JsonNode waiting) {
    JsonNode missing = waiting.path("missing");
    List<String> tags = new ArrayList<>();
    missing.path("tags").forEach(tag -> tags.add(tag.asText()));
    String reason = InstanceText.text(waiting, "waitingFor");
    return SENTENCES.has("waiting." + reason)
        ? SENTENCES.waiting(reason, missing.path("processor").textValue(), tags)
        : reason;
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
