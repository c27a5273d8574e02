package dev.orrery.cli.instance;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.cli.view.TableCell;
import dev.orrery.cli.view.TextColour;
import dev.orrery.cli.view.TimeText;
import java.time.Duration;

/** The texts that commands show of an instance: its state, times, progress and outcome. */
public final class InstanceText {
  private static final int BAR = 10;

  private InstanceText() {}

  static TableCell state(JsonNode instance) {
    String state = text(instance, "state");
    return new TableCell(state, colour(state));
  }

  static TextColour colour(String state) {
    return switch (state) {
      case "SUCCEEDED" -> TextColour.GREEN;
      case "FAILED", "TIMED_OUT" -> TextColour.RED;
      case "CANCELED", "SKIPPED", "LOST" -> TextColour.YELLOW;
      case "RUNNING" -> TextColour.CYAN;
      default -> TextColour.PLAIN;
    };
  }

  /** Returns true for a run of a node of a flow. */
  static boolean isNode(JsonNode instance) {
    return instance.hasNonNull("node");
  }

  static boolean isTerminal(JsonNode instance) {
    return instance.hasNonNull("endedAt");
  }

  static boolean succeeded(JsonNode instance) {
    return text(instance, "state").equals("SUCCEEDED");
  }

  /** Returns the latest of its end, start and due time that is set. */
  static String when(JsonNode instance, TimeText times) {
    for (String field : new String[] {"endedAt", "startedAt"}) {
      if (instance.hasNonNull(field)) {
        return times.ago(text(instance, field));
      }
    }
    return times.when(text(instance, "dueAt"));
  }

  /**
   * Returns the run time of an instance or an attempt, as measured by its worker, otherwise from
   * start to end. The end is the arrival of the report, which an outage delays.
   */
  static String ran(JsonNode run, TimeText times) {
    return run.hasNonNull("runMillis")
        ? TimeText.span(Duration.ofMillis(run.path("runMillis").asLong()))
        : times.took(text(run, "startedAt"), text(run, "endedAt"));
  }

  /** Returns the details besides the state: the waiting reason, the progress, or the outcome. */
  static String detail(JsonNode instance, TimeText times) {
    if (instance.hasNonNull("waitingFor")) {
      return waitingFor(instance, times);
    }
    if (!isTerminal(instance)) {
      String counts = counts(instance);
      return counts.isEmpty() ? progress(instance.path("progress")) : counts;
    }
    String skipped =
        instance.path("skippedCount").asInt() > 1 && !text(instance, "endReason").equals("MISSED")
            ? " (" + instance.path("skippedCount").asInt() + " scheduled runs skipped)"
            : "";
    return (outcome(instance) + skipped).strip();
  }

  /**
   * Returns the error of an ended instance, otherwise its end reason, otherwise its result,
   * otherwise the counts of its parts or nodes.
   */
  public static String outcome(JsonNode instance) {
    if (instance.hasNonNull("error")) {
      return text(instance, "error");
    }
    if (instance.hasNonNull("endReason")) {
      return ReasonText.end(instance);
    }
    return instance.hasNonNull("result") ? text(instance, "result") : counts(instance);
  }

  private static String counts(JsonNode instance) {
    if (instance.hasNonNull("nodes")) {
      return CountsText.ofNodes(instance.path("nodes")).brief();
    }
    return instance.hasNonNull("parts") ? CountsText.ofParts(instance.path("parts")).brief() : "";
  }

  /**
   * Returns the place of an instance in its parent, such as {@code bill of 7} for a node; empty if
   * it has none.
   */
  static String place(JsonNode instance) {
    return instance.hasNonNull("parent")
        ? text(instance, isNode(instance) ? "node" : "part") + " of " + text(instance, "parent")
        : "";
  }

  /** Returns why it waits, with its time. */
  static String waitingFor(JsonNode instance, TimeText times) {
    String due = times.when(text(instance, "dueAt"));
    return switch (text(instance, "waitingFor")) {
      case "DUE_TIME" -> "due " + due;
      case "BACKOFF" -> "retries " + due;
      default -> ReasonText.waiting(instance);
    };
  }

  /**
   * @param percent 0 to 100
   */
  static String bar(int percent) {
    int full = percent * BAR / 100;
    return "[" + "#".repeat(full) + "-".repeat(BAR - full) + "]";
  }

  /** Returns a bar, the percentage and the message; empty if no progress was reported. */
  static String progress(JsonNode progress) {
    StringBuilder shown = new StringBuilder();
    if (progress.hasNonNull("percent")) {
      int percent = Math.max(0, Math.min(100, progress.path("percent").asInt()));
      shown.append(bar(percent)).append(String.format(" %d%%", percent));
    }
    if (progress.hasNonNull("message")) {
      shown.append(' ').append(progress.path("message").asText());
    }
    return shown.toString().strip();
  }

  /** Returns the field as text; empty if it is absent or null. */
  static String text(JsonNode node, String field) {
    return node.path(field).isNull() ? "" : node.path(field).asText("");
  }
}
