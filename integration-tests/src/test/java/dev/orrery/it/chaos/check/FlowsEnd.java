package dev.orrery.it.chaos.check;

import static dev.orrery.it.chaos.check.Violation.Kind.ACCEPTED_TWICE;
import static dev.orrery.it.chaos.check.Violation.Kind.ENDED_EARLY;
import static dev.orrery.it.chaos.check.Violation.Kind.FOREIGN_DOCUMENT;
import static dev.orrery.it.chaos.check.Violation.Kind.LOST;
import static dev.orrery.it.chaos.check.Violation.Kind.WRONG_END;
import static dev.orrery.it.chaos.check.Violation.Kind.WRONG_NODE;

import dev.orrery.it.chaos.check.Facts.Active;
import dev.orrery.it.chaos.check.Facts.Ended;
import dev.orrery.it.chaos.check.Facts.Flow;
import dev.orrery.it.chaos.check.Facts.Node;
import dev.orrery.it.chaos.check.Facts.NodeRun;
import dev.orrery.it.chaos.check.Graph.Step;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A flow ends when its nodes have, in the state that follows from theirs. Each node has at most one
 * run, starts after what it needs, and starts or is skipped as its document says.
 */
final class FlowsEnd implements Rule {

  @Override
  public Stream<Violation> broken(Facts facts) {
    return facts.flows().entrySet().stream()
        .flatMap(
            flow ->
                job(flow.getKey(), facts) == null
                    ? Stream.of(new Violation(LOST, "flow " + flow.getKey()))
                    : new Case(flow.getKey(), flow.getValue(), facts).broken());
  }

  private static String job(long id, Facts facts) {
    Ended end = facts.ended().get(id);
    Active active = facts.active().get(id);
    return end != null ? end.job() : active != null ? active.job() : null;
  }

  /** The check of one flow. */
  private static final class Case {
    private final long id;
    private final Facts facts;
    private final Graph graph;
    private final String app;
    private final Map<String, Node> nodes;
    private final Map<Long, NodeRun> runs;
    private final Map<String, String> states = new HashMap<>();
    private final Stream.Builder<Violation> found = Stream.builder();

    Case(long id, Flow flow, Facts facts) {
      this.id = id;
      this.facts = facts;
      String job = job(id, facts);
      this.graph = facts.graphs().get(job);
      this.app = job.substring(0, job.indexOf('/') + 1);
      this.nodes =
          flow.nodes().stream()
              .collect(
                  Collectors.toMap(
                      Node::name, Function.identity(), (first, again) -> first, TreeMap::new));
      this.runs = flow.runs().stream().collect(Collectors.toMap(NodeRun::id, Function.identity()));
      nodes.values().forEach(node -> states.put(node.name(), node.state()));
    }

    Stream<Violation> broken() {
      requireRunsOfNodes();
      Ended end = facts.ended().get(id);
      for (Step step : graph.steps()) {
        Node node = nodes.get(step.name());
        if (node == null) {
          add(LOST, "node %s".formatted(step.name()));
        } else {
          if (node.run() != null) {
            requireOwnRun(step, node);
            requireOrder(step, node);
          }
          if (end != null) {
            requireEnded(node, end);
            requireDecision(step, node, end);
          }
        }
      }
      if (end != null) {
        requireState(end);
        requireResult(end);
      }
      return found.build();
    }

    private void requireRunsOfNodes() {
      Set<Long> referenced = nodes.values().stream().map(Node::run).collect(Collectors.toSet());
      runs.keySet().stream()
          .filter(run -> !referenced.contains(run))
          .forEach(
              run ->
                  add(ACCEPTED_TWICE, "run %d is of a node that has another one".formatted(run)));
    }

    private void requireOwnRun(Step step, Node node) {
      String job = job(node.run(), facts);
      if (job == null || (!node.reused() && !runs.containsKey(node.run()))) {
        add(LOST, "the run of %s".formatted(node));
      } else if (!job.equals(app + step.job())) {
        add(FOREIGN_DOCUMENT, "%s ran %s instead of %s".formatted(node, job, app + step.job()));
      } else if (node.reused() && !node.state().equals("SUCCEEDED")) {
        add(WRONG_NODE, "a retry kept %s".formatted(node));
      }
    }

    /** Also checks the result that the node took from another one. */
    private void requireOrder(Step step, Node node) {
      NodeRun run = runs.get(node.run());
      if (run == null) {
        return;
      }
      for (String need : step.needs()) {
        Node needed = nodes.get(need);
        Ended before = needed == null ? null : end(needed);
        if (needed != null && needed.run() != null) {
          if (before == null || before.endedAt().isAfter(run.dueAt())) {
            add(
                WRONG_NODE,
                "%s started at %s, before the end of %s".formatted(node, run.dueAt(), needed));
          } else if (need.equals(step.from()) && !Objects.equals(run.from(), before.result())) {
            add(WRONG_NODE, "%s got the result %s of %s".formatted(node, run.from(), before));
          }
        }
      }
    }

    private void requireEnded(Node node, Ended end) {
      Ended run = end(node);
      if (Set.of("SCHEDULED", "RUNNING").contains(node.state())) {
        add(ENDED_EARLY, "ended before its node %s".formatted(node));
      } else if (run != null && run.endedAt().isAfter(end.endedAt())) {
        add(ENDED_EARLY, "ended at %s, before its node %s".formatted(end.endedAt(), run));
      } else if (!node.state().equals(run == null ? "SKIPPED" : run.state())) {
        add(WRONG_NODE, "%s, whose run is %s".formatted(node, run));
      }
    }

    private void requireDecision(Step step, Node node, Ended end) {
      boolean starts = graph.starts(step, states);
      if (node.run() != null && !starts) {
        add(WRONG_NODE, "%s started after %s".formatted(node, states));
      } else if (node.run() == null && starts && !end.state().equals("CANCELED")) {
        add(WRONG_NODE, "%s was skipped after %s".formatted(node, states));
      }
    }

    private void requireState(Ended end) {
      boolean fails = graph.fails(states);
      boolean stopped = states.containsValue("CANCELED");
      boolean follows =
          switch (end.state()) {
            case "SUCCEEDED" -> !fails && !stopped;
            case "FAILED" -> fails && !stopped && "NODES_FAILED".equals(end.reason());
            case "CANCELED" -> "CANCELED".equals(end.reason()) && mayBeCanceled();
            default -> false;
          };
      if (!follows) {
        add(WRONG_END, "%s with %s".formatted(end, states));
      }
    }

    /** A flow in a flow is canceled with it. */
    private boolean mayBeCanceled() {
      return facts.clientView().askedToCancel().contains(id) || facts.runsOfNodes().contains(id);
    }

    private void requireResult(Ended end) {
      Node node = nodes.get(graph.result());
      Ended run = node == null ? null : end(node);
      boolean has = run != null && run.state().equals("SUCCEEDED");
      String expected = has && !end.state().equals("CANCELED") ? run.result() : null;
      if (!Objects.equals(end.result(), expected)) {
        add(WRONG_END, "%s, whose node returned %s".formatted(end, expected));
      }
    }

    private Ended end(Node node) {
      return node.run() == null ? null : facts.ended().get(node.run());
    }

    private void add(Violation.Kind kind, String how) {
      found.add(new Violation(kind, "flow " + id + ": " + how));
    }
  }
}
