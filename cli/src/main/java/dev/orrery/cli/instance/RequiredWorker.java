package dev.orrery.cli.instance;

import com.fasterxml.jackson.databind.JsonNode;

/** Describes in words which worker a job or an instance requires. */
public final class RequiredWorker {
  private RequiredWorker() {}

  /** Returns the processor and the tags of an instance, such as {@code java:import, tag gpu}. */
  public static String of(JsonNode instance) {
    StringBuilder needed = new StringBuilder(instance.path("processor").asText());
    instance.path("requiredTags").forEach(tag -> needed.append(", tag ").append(tag.asText()));
    return needed.toString();
  }

  /** Returns the name that workers offer and {@code orrery workers} shows. */
  public static String processor(JsonNode processor) {
    String type = processor.path("type").asText();
    return processor.hasNonNull("name") ? type + ":" + processor.path("name").asText() : type;
  }
}
