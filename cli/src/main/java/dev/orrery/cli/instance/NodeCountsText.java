package dev.orrery.cli.instance;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.StringJoiner;

/** The counts of the nodes of a flow, as text. */
final class NodeCountsText {
  private NodeCountsText() {}

  /** Returns the ended nodes of all, such as {@code 3/7 nodes}, and how many have failed. */
  static String brief(JsonNode counts) {
    int total = counts.path("total").asInt();
    int failed = counts.path("failed").asInt();
    return ended(counts)
        + "/"
        + total
        + (total == 1 ? " node" : " nodes")
        + (failed == 0 ? "" : ", " + failed + " failed");
  }

  /** Returns a bar, the ended nodes of all, and the count of each state that has some. */
  static String full(JsonNode counts) {
    StringJoiner states = new StringJoiner(", ");
    for (String state : new String[] {"failed", "active", "succeeded", "skipped", "waiting"}) {
      int count = counts.path(state).asInt();
      if (count > 0) {
        states.add(count + " " + state);
      }
    }
    int total = counts.path("total").asInt();
    int percent = 100 * ended(counts) / Math.max(1, total);
    return InstanceText.bar(percent) + " " + ended(counts) + "/" + total + ": " + states;
  }

  private static int ended(JsonNode counts) {
    return counts.path("succeeded").asInt()
        + counts.path("failed").asInt()
        + counts.path("skipped").asInt();
  }
}
