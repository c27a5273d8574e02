package dev.orrery.scheduler.flow;

import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Decides by flows.md how the nodes of a flow end, if nobody cancels it. It computes each node from
 * its needs by recursion, so the order in which nodes end does not matter.
 *
 * @param nodes each after those that it needs
 * @param outcomes how each node ends if it runs; null for one that has not ended
 */
public record FlowOracle(List<Node> nodes, List<Outcome> outcomes) {
  /**
   * @param when as in the document
   * @param branch the need of {@code if}; null without it
   * @param results one of which that need must have returned
   */
  public record Node(
      List<Integer> needs,
      String when,
      Integer branch,
      Set<String> results,
      boolean continueOnFailure) {}

  /**
   * @param result null if it returned none
   */
  public record Outcome(End end, String result) {
    private static final Outcome SKIPPED = new Outcome(End.SKIPPED, null);
  }

  public enum End {
    SUCCEEDED,
    FAILED,
    SKIPPED
  }

  /** Returns the end of a node; null if it runs and has not ended. */
  public Outcome end(int position) {
    return runs(position) ? outcomes.get(position) : Outcome.SKIPPED;
  }

  /** Returns whether a node runs whose needs have all ended. */
  public boolean runs(int position) {
    Node node = nodes.get(position);
    int failed = 0;
    int ignored = 0;
    int succeeded = 0;
    for (int need : node.needs()) {
      End end = end(need).end();
      succeeded += end == End.SUCCEEDED ? 1 : 0;
      failed += end == End.FAILED ? 1 : 0;
      ignored += end == End.FAILED && nodes.get(need).continueOnFailure() ? 1 : 0;
    }
    boolean holds =
        switch (node.when()) {
          case "failed" -> failed > 0;
          case "succeeded" ->
              failed == ignored && (succeeded + ignored > 0 || node.needs().isEmpty());
          default -> true;
        };
    if (!holds || node.branch() == null) {
      return holds;
    }
    Outcome of = end(node.branch());
    return of.end() == End.SUCCEEDED && of.result() != null && node.results().contains(of.result());
  }

  /** Returns whether a flow fails whose nodes have all ended. */
  public boolean fails() {
    return IntStream.range(0, nodes.size())
        .anyMatch(node -> end(node).end() == End.FAILED && !nodes.get(node).continueOnFailure());
  }
}
