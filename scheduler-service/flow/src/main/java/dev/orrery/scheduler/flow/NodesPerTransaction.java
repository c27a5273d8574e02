package dev.orrery.scheduler.flow;

import dev.orrery.scheduler.base.quota.FairQueue;
import dev.orrery.scheduler.flow.NodeStarter.WantedNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Limits the nodes that one transaction starts. Apps take turns, one node at a time. */
final class NodesPerTransaction {
  private int left = ParentLimits.MAX_NODES_STARTED;

  /**
   * Returns the nodes that fit; requests another reconciliation for the flows of the others. Those
   * of which no node fits come first in it.
   *
   * @param ready flow by flow
   */
  List<WantedNode> share(List<WantedNode> ready, ReconcileResult result) {
    FairQueue<Integer, WantedNode> turns = new FairQueue<>();
    ready.forEach(node -> turns.add(node.flow().parent().appId(), node));
    List<WantedNode> fitting = new ArrayList<>();
    Set<FlowProgress> served = new HashSet<>();
    Map<FlowProgress, Integer> lacking = new LinkedHashMap<>();
    while (turns.hasNext()) {
      WantedNode node = turns.next();
      if (node.cost() <= left) {
        left -= node.cost();
        fitting.add(node);
        served.add(node.flow());
      } else {
        lacking.merge(node.flow(), node.cost(), Integer::sum);
      }
    }
    for (boolean wasServed : new boolean[] {false, true}) {
      lacking.forEach(
          (flow, room) -> {
            if (served.contains(flow) == wasServed) {
              result.reconcileAgain(flow.parent(), room);
            }
          });
    }
    return fitting;
  }
}
