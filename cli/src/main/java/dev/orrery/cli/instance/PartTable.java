package dev.orrery.cli.instance;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.cli.view.CommandOutput;
import dev.orrery.cli.view.TableCell;
import dev.orrery.cli.view.TextTable;

/** Creates the table of an instance's parts. */
final class PartTable {
  private PartTable() {}

  static TextTable of(Iterable<JsonNode> parts, CommandOutput view) {
    TextTable table =
        new TextTable("PART", "ID", "STATE", "ATTEMPT", "AGE", "DURATION", "WORKER", "ERROR")
            .dropping("WORKER", "ATTEMPT", "DURATION", "AGE");
    for (JsonNode part : parts) {
      table.add(
          TableCell.of(InstanceText.text(part, "part")),
          TableCell.of(InstanceText.text(part, "id")),
          InstanceText.state(part),
          TableCell.of(part.path("attempt").asInt() == 0 ? "-" : part.path("attempt").asText()),
          TableCell.of(
              view.times()
                  .ago(
                      InstanceText.text(
                          part, part.hasNonNull("endedAt") ? "endedAt" : "startedAt"))),
          TableCell.of(InstanceText.ran(part, view.times())),
          TableCell.of(InstanceText.text(part, "worker")),
          TableCell.of(InstanceText.outcome(part)));
    }
    return table;
  }
}
