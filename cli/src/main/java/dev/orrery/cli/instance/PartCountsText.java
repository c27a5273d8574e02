package dev.orrery.cli.instance;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.StringJoiner;

/** The counts of the parts of an instance, as text. */
final class PartCountsText {
  private PartCountsText() {}

  /** Returns the ended parts of all, such as {@code 12/500 parts}, and how many have failed. */
  static String brief(JsonNode counts) {
    int failed = counts.path("failed").asInt();
    return ended(counts)
        + "/"
        + total(counts)
        + (total(counts) == 1 ? " part" : " parts")
        + (failed == 0 ? "" : ", " + failed + " failed");
  }

  /** Returns a bar, the ended parts of all, and the count of each state that has some. */
  static String full(JsonNode counts) {
    StringJoiner states = new StringJoiner(", ");
    add(states, counts.path("failed").asInt(), "failed");
    add(states, counts.path("active").asInt(), "active");
    add(states, counts.path("succeeded").asInt(), "succeeded");
    add(states, total(counts) - counts.path("made").asInt(), "not made");
    int percent = (int) (100L * ended(counts) / Math.max(1, total(counts)));
    return InstanceText.bar(percent) + " " + ended(counts) + "/" + total(counts) + ": " + states;
  }

  private static void add(StringJoiner states, int count, String word) {
    if (count > 0) {
      states.add(count + " " + word);
    }
  }

  private static int total(JsonNode counts) {
    return counts.path("total").asInt();
  }

  private static int ended(JsonNode counts) {
    return counts.path("succeeded").asInt() + counts.path("failed").asInt();
  }
}
