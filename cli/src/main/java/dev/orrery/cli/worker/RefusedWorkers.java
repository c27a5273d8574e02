package dev.orrery.cli.worker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.cli.view.CommandOutput;
import dev.orrery.cli.view.TableCell;
import dev.orrery.cli.view.TextColour;
import dev.orrery.cli.view.TextTable;

/** Workers that were refused lately, with the setting that each must change. */
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
          TableCell.of(refusal.path("worker").asText()),
          TableCell.of(refusal.path("app").asText()),
          TableCell.of(view.times().when(refusal.path("at").asText())),
          TableCell.of(refusal.path("times").asText()),
          new TableCell(
              reason(refusal) + (setting.isEmpty() ? "" : " To change: " + setting),
              TextColour.RED));
    }
    return table;
  }

  /** Returns the code of a refusal, and what it means. */
  public static String reason(JsonNode refusal) {
    return refusal.path("code").asText() + ": " + refusal.path("detail").asText();
  }

  /** Returns the setting that the refused worker, or the scheduler, must change; empty if none. */
  public static String settingToChange(JsonNode refusal) {
    return refusal.path("settingToChange").asText("");
  }
}
