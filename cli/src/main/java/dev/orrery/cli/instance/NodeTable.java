package dev.orrery.cli.instance;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.cli.view.CommandOutput;
import dev.orrery.cli.view.TableCell;
import dev.orrery.cli.view.TextTable;

/** Creates the table of a flow's nodes. A node is indented further than all nodes that it needs. */
final class NodeTable {
  /** The layer from which names are not indented further. */
  private static final int MAX_INDENT = 12;

  private NodeTable() {}

  static TextTable of(FlowNodes flow, CommandOutput view) {
    TextTable table =
        new TextTable("NODE", "STATE", "JOB", "ID", "DURATION", "WORKER", "NEEDS", "DETAIL")
            .dropping("WORKER", "JOB", "DURATION", "NEEDS");
    for (JsonNode node : flow.all()) {
      table.add(
          TableCell.of(
              NodeText.sign(node)
                  + " "
                  + "  ".repeat(Math.min(MAX_INDENT, flow.layer(node)))
                  + InstanceText.text(node, "name")),
          InstanceText.state(node),
          TableCell.of(InstanceText.text(node, "job")),
          TableCell.of(InstanceText.text(node, "instance")),
          TableCell.of(InstanceText.ran(node, view.times())),
          TableCell.of(InstanceText.text(node, "worker")),
          TableCell.of(String.join(", ", FlowNodes.needs(node))),
          TableCell.of(NodeText.detail(node, flow)));
    }
    return table;
  }
}
