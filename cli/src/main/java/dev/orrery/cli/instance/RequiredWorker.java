package dev.orrery.cli.instance;

import com.fasterxml.jackson.databind.JsonNode;

/** The worker that a job or an instance needs, in words. */
public final class RequiredWorker {
  private RequiredWorker() {}

  /** The processor and the tags of an instance, such as {@code java:import, tag gpu}. */
  public static String of(JsonNode instance) {
    StringBuilder needed = new StringBuilder(instance.path("processor").asText());
    instance.path("requiredTags").forEach(tag -> needed.append(", tag ").append(tag.asText()));
    return needed.toString();
  }

  /** As workers offer it, and as {@code orrery workers} shows it. */
  public static String processor(JsonNode processor) {
    String type = processor.path("type").asText();
    return processor.hasNonNull("name") ? type + ":" + processor.path("name").asText() : type;
  }
}
