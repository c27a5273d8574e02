package dev.orrery.cli.worker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.cli.view.CommandOutput;
import dev.orrery.cli.view.TableCell;
import dev.orrery.cli.view.TextColour;
import dev.orrery.cli.view.TextTable;

/** Creates the table of recently refused workers, with the setting that each must change. */
public final class RefusedWorkers {
  private RefusedWorkers() {}

  /**
   * @param refusals the list {@code refused} of {@code GET /workers}
   */
  public static TextTable table(JsonNode refusals, CommandOutput view) {
    TextTable table =
        new TextTable("REFUSED", "APP", "LAST", "TIMES", "WHY")
            .dropping("TIMES", "LAST")
            .wrapping();
    for (JsonNode refusal : refusals) {
      String setting = settingToChange(refusal);
      table.add(
          TableCell.of(refusal.path(refusal.has("worker") ? "worker" : "address").asText()),
          TableCell.of(apps(refusal)),
          TableCell.of(view.times().ago(refusal.path("at").asText())),
          TableCell.of(refusal.path("times").asText()),
          new TableCell(
              reason(refusal) + (setting.isEmpty() ? "" : " To change: " + setting),
              TextColour.RED));
    }
    return table;
  }

  private static String apps(JsonNode refusal) {
    String app = refusal.path("app").asText();
    String requested = refusal.path("requestedApp").asText();
    return requested.isEmpty() ? app : (app + " (asks for " + requested + ")").strip();
  }

  /** Identifies the worker by the known data: name or address, and app. */
  public static String who(JsonNode refusal) {
    boolean named = refusal.hasNonNull("worker");
    boolean ofPowerJob = PowerJobWorker.is(refusal.path("dialect"));
    String who =
        named
            ? "worker " + refusal.path("worker").asText()
            : (ofPowerJob ? "a PowerJob worker at " : "a worker at ")
                + refusal.path("address").asText();
    if (!refusal.hasNonNull("app")) {
      return (who + " " + apps(refusal)).strip();
    }
    return who + (named || ofPowerJob ? " of app " : " with a token of app ") + apps(refusal);
  }

  /** Returns the code of a refusal with its meaning. */
  public static String reason(JsonNode refusal) {
    return refusal.path("code").asText() + ": " + refusal.path("detail").asText();
  }

  /** Returns the setting that the worker or the scheduler must change; may be empty. */
  public static String settingToChange(JsonNode refusal) {
    return refusal.path("settingToChange").asText("");
  }
}
