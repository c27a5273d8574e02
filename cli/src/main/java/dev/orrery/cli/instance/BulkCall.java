package dev.orrery.cli.instance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.cli.client.SchedulerClient;

/**
 * Calls an API operation on all instances of an app that a filter selects.
 *
 * @param operation such as {@code cancel}
 * @param filter the body of the call
 */
public record BulkCall(SchedulerClient client, String app, String operation, ObjectNode filter) {
  /**
   * The instances of a bulk call.
   *
   * @param matched how many the filter selected
   * @param changed how many of them had not changed in the meantime
   */
  public record Counts(int matched, int changed) {
    private Counts plus(JsonNode result) {
      return new Counts(
          matched + result.path("matched").asInt(), changed + result.path("changed").asInt());
    }
  }

  /** Returns the number of instances that the call would change. */
  public int count() {
    return call(true).matched();
  }

  public Counts call() {
    return call(false);
  }

  /** Repeats the call until no instance is left. */
  private Counts call(boolean dryRun) {
    String path = SchedulerClient.appPath(app) + "/instances:" + operation + "?dryRun=" + dryRun;
    Counts counts = new Counts(0, 0);
    JsonNode result;
    String after = "";
    do {
      result = client.post(path + after, filter).body();
      counts = counts.plus(result);
      after = "&after=" + result.path("next").asText();
    } while (result.path("more").asBoolean());
    return counts;
  }

  /** Returns a number of instances in words. */
  public static String instances(int count) {
    return count == 1 ? "1 instance" : count + " instances";
  }
}
