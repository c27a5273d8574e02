package dev.orrery.cli.instance;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Formats the counts of an instance's parts, or of a flow's nodes, as text.
 *
 * @param noun what is counted, in the singular
 * @param states the number of parts or nodes in each state, in the order of the text
 */
record CountsText(String noun, int total, int ended, Map<String, Integer> states) {
  private static final String FAILED = "failed";
  private static final String ACTIVE = "active";
  private static final String SUCCEEDED = "succeeded";
  private static final String SKIPPED = "skipped";

  static CountsText ofParts(JsonNode counts) {
    Map<String, Integer> states = states(counts, FAILED, ACTIVE, SUCCEEDED);
    int total = counts.path("total").asInt();
    states.put("not made", total - counts.path("made").asInt());
    return new CountsText("part", total, states.get(SUCCEEDED) + states.get(FAILED), states);
  }

  static CountsText ofNodes(JsonNode counts) {
    Map<String, Integer> states = states(counts, FAILED, ACTIVE, SUCCEEDED, SKIPPED, "waiting");
    return new CountsText(
        "node",
        counts.path("total").asInt(),
        states.get(SUCCEEDED) + states.get(FAILED) + states.get(SKIPPED),
        states);
  }

  private static Map<String, Integer> states(JsonNode counts, String... names) {
    Map<String, Integer> states = new LinkedHashMap<>();
    for (String name : names) {
      states.put(name, counts.path(name).asInt());
    }
    return states;
  }

  /** Returns the ended ones of all, such as {@code 12/500 parts}, and how many have failed. */
  String brief() {
    int failed = states.get(FAILED);
    return "%d/%d %s%s%s"
        .formatted(
            ended,
            total,
            noun,
            total == 1 ? "" : "s",
            failed == 0 ? "" : ", " + failed + " failed");
  }

  /** Returns a bar, the ended ones of all, and the count of each state that has some. */
  String full() {
    int percent = (int) (100L * ended / Math.max(1, total));
    String some =
        states.entrySet().stream()
            .filter(state -> state.getValue() > 0)
            .map(state -> state.getValue() + " " + state.getKey())
            .collect(Collectors.joining(", "));
    return InstanceText.bar(percent) + " " + ended + "/" + total + ": " + some;
  }
}
