package dev.orrery.cli.instance;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.cli.client.SchedulerClient;
import dev.orrery.cli.view.TimeText;

/** The worker that a job needs, in words. */
public final class RequiredWorker {
  private RequiredWorker() {}

  /** The processor and the tags, such as {@code java:import, tag gpu}. */
  public static String of(SchedulerClient client, String app, String job) {
    JsonNode document =
        client
            .get("/apps/" + SchedulerClient.encoded(app) + "/jobs/" + SchedulerClient.encoded(job))
            .body();
    StringBuilder needed = new StringBuilder(processor(document.path("processor")));
    document.path("requiredTags").forEach(tag -> needed.append(", tag ").append(tag.asText()));
    return needed.toString();
  }

  /** As workers offer it, and as {@code orrery workers} shows it. */
  public static String processor(JsonNode processor) {
    String type = processor.path("type").asText();
    return processor.hasNonNull("name") ? type + ":" + processor.path("name").asText() : type;
  }

  /** Why an instance waits, with the worker that it needs if none matches. */
  static String waitingFor(SchedulerClient client, JsonNode instance, TimeText times) {
    return InstanceText.text(instance, "waitingFor").equals("NO_MATCHING_WORKER")
        ? "no connected worker has "
            + of(client, InstanceText.text(instance, "app"), InstanceText.text(instance, "job"))
        : InstanceText.waitingFor(instance, times);
  }
}
