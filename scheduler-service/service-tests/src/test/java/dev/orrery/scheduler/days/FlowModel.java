package dev.orrery.scheduler.days;

import dev.orrery.scheduler.days.ReferenceModel.Job;
import dev.orrery.scheduler.days.ReferenceModel.Run;
import dev.orrery.scheduler.days.ReferenceModel.State;
import dev.orrery.scheduler.flow.FlowOracle;
import dev.orrery.scheduler.flow.FlowOracle.End;
import dev.orrery.scheduler.flow.FlowOracle.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Models the runs of flows by flows.md; which nodes run is the decision of the oracle. */
final class FlowModel {
  /** flows.md, fields of a node: the {@code timeout} of one with {@code when: ended}. */
  private static final Duration END_TIMEOUT = Duration.ofMinutes(10);

  /** The nodes of a run. */
  static final class Flow {
    final Run run;
    final List<FlowNode> nodes;

    /** The runs of nodes; null of one that has none. */
    final Run[] runs;

    /** The ends of nodes that have no run. */
    private final End[] ends;

    final boolean[] reused;
    private Instant endsAt;
    private boolean endsNow;

    private Flow(Run run) {
      this.run = run;
      this.nodes = run.rules.nodes();
      this.runs = new Run[nodes.size()];
      this.ends = new End[nodes.size()];
      this.reused = new boolean[nodes.size()];
    }

    private Outcome outcome(int node) {
      if (runs[node] == null) {
        return ends[node] == null ? null : new Outcome(ends[node], null);
      }
      State state = runs[node].state;
      return !state.hasEnded()
          ? null
          : state == State.SUCCEEDED
              ? new Outcome(End.SUCCEEDED, runs[node].result)
              : new Outcome(End.FAILED, null);
    }

    private FlowOracle oracle() {
      return new FlowOracle(
          nodes.stream().map(FlowNode::rule).toList(), positions().map(this::outcome).toList());
    }

    private Stream<Integer> positions() {
      return IntStream.range(0, nodes.size()).boxed();
    }

    private boolean waits(int node) {
      return runs[node] == null && ends[node] == null;
    }

    private boolean hasEnded(int node) {
      return outcome(node) != null;
    }

    /** "A need that will not start any more counts as ended once its own needs have". */
    private boolean isOver(int node) {
      return hasEnded(node) || (waits(node) && !cleansUp(node) && needsAreOver(node));
    }

    private boolean needsAreOver(int node) {
      return nodes.get(node).needs().stream().allMatch(this::isOver);
    }

    private boolean cleansUp(int node) {
      return nodes.get(node).when().equals("ended");
    }

    /** Of a run that was canceled before it started, no node is left to wait. */
    String stateOf(int node) {
      return runs[node] == null
          ? Objects.requireNonNullElse(ends[node], run.isActive() ? "WAITING" : "SKIPPED")
              .toString()
          : runs[node].state.toString();
    }

    String jobOf(int node) {
      return nodes.get(node).job();
    }
  }

  private final ReferenceModel model;
  private final Map<Run, Flow> flows = new HashMap<>();

  FlowModel(ReferenceModel model) {
    this.model = model;
  }

  /** Those whose run is kept, oldest first. */
  List<Flow> all() {
    return model.runs.stream().map(flows::get).filter(Objects::nonNull).toList();
  }

  boolean lacksJobs(JobRules rules) {
    return rules.isFlow()
        && rules.nodes().stream().anyMatch(node -> !model.jobs.containsKey(node.job()));
  }

  /** Starts flows, starts and skips their nodes, and ends them; returns whether it did any. */
  boolean advance() {
    boolean changed = false;
    for (Run run : List.copyOf(model.runs)) {
      if (run.rules.isFlow() && run.ready) {
        run.state = State.RUNNING;
        run.ready = false;
        run.attempt = 1;
        run.startedAt = model.now;
        Flow flow = flows.computeIfAbsent(run, Flow::new);
        reuse(flow);
        changed = true;
      }
      if (run.rules.isFlow() && run.state == State.RUNNING) {
        Flow flow = flows.get(run);
        changed |= run.cancelReason == null ? goOn(flow) : end(flow);
      }
    }
    return changed;
  }

  private boolean goOn(Flow flow) {
    FlowOracle oracle = flow.oracle();
    List<Integer> start = new ArrayList<>();
    List<Integer> skip = new ArrayList<>();
    flow.positions()
        .filter(flow::waits)
        .filter(
            node ->
                flow.nodes.get(node).needs().stream()
                    .allMatch(need -> flow.hasEnded(need) || skip.contains(need)))
        .forEach(node -> (oracle.runs(node) ? start : skip).add(node));
    // "no more nodes start until the resume"; a deleted flow "runs to its end".
    if ((model.appPaused || flow.run.job.paused) && !start.isEmpty()) {
      return false;
    }
    skip.forEach(node -> flow.ends[node] = End.SKIPPED);
    start.forEach(node -> start(flow, node));
    if (flow.positions().allMatch(flow::hasEnded)) {
      boolean fails = flow.oracle().fails();
      model.end(flow.run, fails ? State.FAILED : State.SUCCEEDED, fails ? "NODES_FAILED" : null);
      return true;
    }
    return !start.isEmpty() || !skip.isEmpty();
  }

  /** "a node that has not started fails" if its job was deleted. */
  private void start(Flow flow, int node) {
    Job job = model.jobs.get(flow.jobOf(node));
    if (job == null) {
      flow.ends[node] = End.FAILED;
      return;
    }
    Run run = new Run(job, null, null, model.now);
    flow.runs[node] = run;
    model.runs.add(run);
  }

  /** flows.md, nodes for the end of a flow. */
  private boolean end(Flow flow) {
    if (flow.endsAt == null) {
      flow.endsAt = model.now;
    }
    List<Integer> active =
        flow.positions()
            .filter(node -> flow.runs[node] != null && flow.runs[node].isActive())
            .toList();
    active.forEach(node -> stop(flow, node));
    List<Integer> start =
        flow.positions()
            .filter(node -> flow.waits(node) && flow.cleansUp(node) && !flow.endsNow)
            .filter(flow::needsAreOver)
            .toList();
    start.forEach(node -> start(flow, node));
    if (!start.isEmpty()) {
      return true;
    }
    if (flow.positions().anyMatch(node -> !flow.hasEnded(node) && !flow.waits(node))) {
      return active.stream().anyMatch(flow::hasEnded);
    }
    // "SUCCEEDED only if nothing was left to stop".
    boolean succeeded =
        flow.positions()
            .allMatch(node -> flow.hasEnded(node) && flow.outcome(node).end() != End.FAILED);
    flow.positions().filter(flow::waits).forEach(node -> flow.ends[node] = End.SKIPPED);
    model.end(
        flow.run,
        succeeded ? State.SUCCEEDED : State.CANCELED,
        succeeded ? null : flow.run.cancelReason);
    return true;
  }

  private void stop(Flow flow, int node) {
    Instant until = endOf(flow, node);
    if (!flow.cleansUp(node) || flow.endsNow) {
      model.cancel(flow.runs[node], flow.run.cancelReason);
    } else if (!until.isAfter(model.now)) {
      model.cancel(flow.runs[node], "NODE_TIMED_OUT");
    }
  }

  /** "counts from the start of the node, or from the cancel [..] if it was active then". */
  private static Instant endOf(Flow flow, int node) {
    Instant started = flow.runs[node].createdAt;
    return (started.isAfter(flow.endsAt) ? started : flow.endsAt).plus(END_TIMEOUT);
  }

  /** A cancel of a flow that is ending: it "starts none" any more. */
  void cancelAgain(Run run) {
    if (flows.containsKey(run)) {
      flows.get(run).endsNow = true;
    }
  }

  /** Takes over nodes that succeeded in the failed run, before the new one starts. */
  void retryFailed(Run failed, Run retry) {
    Flow before = flows.get(failed);
    Flow flow = new Flow(retry);
    flows.put(retry, flow);
    if (before == null) {
      return;
    }
    for (int node = 0; node < Math.min(before.nodes.size(), flow.nodes.size()); node++) {
      if (before.stateOf(node).equals("SUCCEEDED") && before.jobOf(node).equals(flow.jobOf(node))) {
        flow.runs[node] = before.runs[node];
        flow.reused[node] = true;
      }
    }
  }

  /** "and nothing it depends on runs again"; "A node with `when: ended` is never reused." */
  private static void reuse(Flow flow) {
    for (int node = 0; node < flow.nodes.size(); node++) {
      boolean known = flow.nodes.get(node).needs().stream().allMatch(need -> isKnown(flow, need));
      if (flow.reused[node] && (flow.cleansUp(node) || !known || !flow.oracle().runs(node))) {
        flow.reused[node] = false;
        flow.runs[node] = null;
      }
    }
  }

  /** A node that is reused, or skipped whatever else happens. */
  private static boolean isKnown(Flow flow, int node) {
    return flow.reused[node]
        || (flow.nodes.get(node).needs().stream().allMatch(need -> isKnown(flow, need))
            && !flow.oracle().runs(node));
  }

  /** Times at which the last nodes of flows are canceled. */
  List<Instant> nextEvents() {
    return all().stream()
        .filter(flow -> flow.endsAt != null && flow.run.isActive())
        .flatMap(
            flow ->
                flow.positions()
                    .filter(node -> flow.runs[node] != null && flow.runs[node].isActive())
                    .filter(flow::cleansUp)
                    .map(node -> endOf(flow, node)))
        .toList();
  }

  boolean isEnding() {
    return all().stream().anyMatch(flow -> flow.endsAt != null && flow.run.isActive());
  }
}
