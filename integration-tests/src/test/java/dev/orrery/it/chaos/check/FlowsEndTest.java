package dev.orrery.it.chaos.check;

import static dev.orrery.it.chaos.check.SampleFacts.at;
import static dev.orrery.it.chaos.check.Violation.Kind.ACCEPTED_TWICE;
import static dev.orrery.it.chaos.check.Violation.Kind.ENDED_EARLY;
import static dev.orrery.it.chaos.check.Violation.Kind.FOREIGN_DOCUMENT;
import static dev.orrery.it.chaos.check.Violation.Kind.LOST;
import static dev.orrery.it.chaos.check.Violation.Kind.STUCK;
import static dev.orrery.it.chaos.check.Violation.Kind.WRONG_END;
import static dev.orrery.it.chaos.check.Violation.Kind.WRONG_NODE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.it.chaos.check.Facts.Active;
import dev.orrery.it.chaos.check.Facts.Flow;
import dev.orrery.it.chaos.check.Facts.Node;
import dev.orrery.it.chaos.check.Facts.NodeRun;
import dev.orrery.it.chaos.check.Graph.Step;
import dev.orrery.it.chaos.check.Graph.When;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests that the checker finds violations in flows, and reports none for correct ones. */
class FlowsEndTest {
  private static final long FLOW = 10;
  private static final long FETCH = 11;
  private static final long RISK = 12;
  private static final long JOIN = 13;
  private static final long ALERT = 14;
  private static final long CLOSE = 15;

  private final SampleFacts run =
      new SampleFacts()
          .job(Expected.of("flow"))
          .job(Expected.of("quick"))
          .job(Expected.of("risky").fails(1));

  private List<Step> steps =
      List.of(
          Step.of("fetch", "quick"),
          Step.of("risk", "risky", "fetch"),
          Step.of("join", "quick", "risk").from("risk"),
          Step.of("alert", "quick", "risk").when(When.FAILED),
          Step.of("close", "quick", "join", "alert").when(When.ALWAYS));

  @Test
  void reportsNoViolationForSuccess() {
    succeeded();
    assertThat(check()).isEmpty();
  }

  @Test
  void reportsNoViolationForFailure() {
    failed();
    assertThat(check()).isEmpty();
  }

  @Test
  void reportsNoViolationForCancel() {
    canceled();
    assertThat(check()).isEmpty();
  }

  @Test
  void reportsNoViolationForKeptNodes() {
    succeeded();
    run.flows.get(FLOW).runs().removeIf(kept -> kept.id() <= RISK);
    set("fetch", "SUCCEEDED", FETCH, true);
    set("risk", "SUCCEEDED", RISK, true);
    assertThat(check()).isEmpty();
  }

  @Test
  void reportsKeptNodeThatHadFailed() {
    failed();
    set("risk", "FAILED", RISK, true);
    assertThat(check()).containsExactly(WRONG_NODE);
  }

  @Test
  void reportsMissingFlowAsLost() {
    succeeded();
    run.ended.remove(FLOW);
    assertThat(check()).containsExactly(LOST);
  }

  @Test
  void reportsMissingNode() {
    failed();
    run.flows.get(FLOW).nodes().removeIf(node -> node.name().equals("join"));
    assertThat(check()).containsExactly(LOST);
  }

  @Test
  void reportsMissingRunOfNode() {
    succeeded();
    run.flows.get(FLOW).runs().removeIf(one -> one.id() == CLOSE);
    assertThat(check()).containsExactly(LOST);
  }

  @Test
  void reportsNodeStartedTwice() {
    succeeded();
    run.succeeded("quick", 16, 1, 0.5, 0.6);
    run.flows.get(FLOW).runs().add(new NodeRun(16, at(0), null));
    assertThat(check()).containsExactly(ACCEPTED_TWICE);
  }

  @Test
  void reportsNodeOfActiveFlowStartedTwice() {
    succeeded();
    run.ended.remove(FLOW);
    run.active.put(FLOW, new Active(FLOW, "flow", null, "AWAITING", null));
    run.succeeded("quick", 16, 1, 0.5, 0.6);
    run.flows.get(FLOW).runs().add(new NodeRun(16, at(0), null));
    assertThat(check()).containsExactly(STUCK, ACCEPTED_TWICE);
  }

  @Test
  void reportsRunOfWrongJob() {
    failed();
    run.ended.put(CLOSE, run.end(CLOSE, "risky", "SUCCEEDED", null, 4, true));
    assertThat(check()).containsExactly(FOREIGN_DOCUMENT);
  }

  @Test
  void reportsFlowEndedBeforeRunOfNode() {
    succeeded();
    run.ended.put(CLOSE, run.end(CLOSE, "quick", "SUCCEEDED", null, 6, true));
    assertThat(check()).containsExactly(ENDED_EARLY);
  }

  @Test
  void reportsFlowEndedBeforeActiveNode() {
    succeeded();
    set("close", "RUNNING", CLOSE, false);
    run.ended.remove(CLOSE);
    run.traces.removeIf(trace -> trace.id() == CLOSE);
    run.active.put(CLOSE, new Active(CLOSE, "quick", null, "READY", null));
    assertThat(check()).containsExactly(STUCK, ENDED_EARLY);
  }

  @Test
  void reportsFlowEndedBeforeWaitingNode() {
    succeeded();
    remove("close");
    run.flows.get(FLOW).nodes().add(new Node("close", "SCHEDULED", null, false));
    assertThat(check()).containsExactly(ENDED_EARLY, WRONG_NODE);
  }

  @Test
  void reportsNodeStateThatDiffersFromItsRun() {
    failed();
    set("close", "FAILED", CLOSE, false);
    assertThat(check()).containsExactly(WRONG_NODE);
  }

  @Test
  void reportsNodeStartedBeforeItsNeedHasEnded() {
    failed();
    run.flows.get(FLOW).runs().removeIf(one -> one.id() == ALERT);
    run.flows.get(FLOW).runs().add(new NodeRun(ALERT, at(1.9), null));
    assertThat(check()).containsExactly(WRONG_NODE);
  }

  @Test
  void reportsNodeWithResultOfDifferentNode() {
    succeeded();
    run.flows.get(FLOW).runs().removeIf(one -> one.id() == JOIN);
    run.flows.get(FLOW).runs().add(new NodeRun(JOIN, at(2), Facts.mark(FETCH, 1)));
    assertThat(check()).containsExactly(WRONG_NODE);
  }

  @Test
  void reportsNodeSkippedAgainstItsDocument() {
    succeeded();
    skipInstead("close");
    assertThat(check()).containsExactly(WRONG_NODE);
  }

  @Test
  void reportsAlertSkippedAfterFailure() {
    failed();
    skipInstead("alert");
    assertThat(check()).containsExactly(WRONG_NODE);
  }

  @Test
  void reportsNodeStartedAgainstItsDocument() {
    failed();
    remove("join");
    node("join", "quick", JOIN, "SUCCEEDED", 2, 3, null);
    run.ended.put(FLOW, run.flow(FLOW, "FAILED", "NODES_FAILED", Facts.mark(JOIN, 1), 5));
    assertThat(check()).containsExactly(WRONG_NODE);
  }

  @Test
  void reportsStartedNodeWhoseConditionIsNeverMet() {
    succeeded();
    steps = steps.stream().map(step -> never(step, "close")).toList();
    assertThat(check()).containsExactly(WRONG_NODE);
  }

  @Test
  void reportsNodeStartedAfterOnlySkippedNeeds() {
    succeeded();
    steps =
        steps.stream()
            .map(step -> step.name().equals("close") ? Step.of("close", "quick", "alert") : step)
            .toList();
    assertThat(check()).containsExactly(WRONG_NODE);
  }

  @Test
  void acceptsSuccessDespiteFailureOfNodeThatMayFail() {
    failed();
    steps = steps.stream().map(step -> step.name().equals("risk") ? step.mayFail() : step).toList();
    run.ended.put(FLOW, run.flow(FLOW, "SUCCEEDED", null, null, 5));
    assertThat(check()).as("join has to start").containsExactly(WRONG_NODE);
    remove("join");
    node("join", "quick", JOIN, "SUCCEEDED", 2, 3, null);
    run.ended.put(FLOW, run.flow(FLOW, "SUCCEEDED", null, Facts.mark(JOIN, 1), 5));
    assertThat(check()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "SUCCEEDED,",
    "FAILED,",
    "FAILED,PARTS_FAILED",
    "CANCELED,CANCELED",
    "TIMED_OUT,",
  })
  void reportsEndThatDoesNotFollowFromNodes(String state, String reason) {
    failed();
    run.ended.put(FLOW, run.flow(FLOW, state, reason, null, 5));
    assertThat(check()).containsExactly(WRONG_END);
  }

  @Test
  void reportsFailureWithoutFailedNode() {
    succeeded();
    run.ended.put(FLOW, run.flow(FLOW, "FAILED", "NODES_FAILED", Facts.mark(JOIN, 1), 5));
    assertThat(check()).containsExactly(WRONG_END);
  }

  @Test
  void reportsCanceledNodeOfFlowThatWasNotCanceled() {
    canceled();
    run.ended.put(FLOW, run.flow(FLOW, "FAILED", "NODES_FAILED", null, 5));
    assertThat(check()).containsExactly(WRONG_NODE, WRONG_NODE, WRONG_END);
  }

  @Test
  void reportsUnrequestedCancel() {
    canceled();
    run.askedToCancel.clear();
    assertThat(check()).containsExactly(WRONG_END);
  }

  @Test
  void reportsWrongResult() {
    succeeded();
    run.ended.put(FLOW, run.flow(FLOW, "SUCCEEDED", null, Facts.mark(CLOSE, 1), 5));
    assertThat(check()).containsExactly(WRONG_END);
  }

  private static Step never(Step step, String name) {
    return step.name().equals(name) ? step.neverMet("join") : step;
  }

  private List<Violation.Kind> check() {
    run.graphs.put("flow", new Graph(steps, "join"));
    return run.kinds();
  }

  private void succeeded() {
    begin(run.flow(FLOW, "SUCCEEDED", null, Facts.mark(JOIN, 1), 5));
    node("fetch", "quick", FETCH, "SUCCEEDED", 0, 1, null);
    node("risk", "risky", RISK, "SUCCEEDED", 1, 2, null);
    node("join", "quick", JOIN, "SUCCEEDED", 2, 3, Facts.mark(RISK, 1));
    skipped("alert");
    node("close", "quick", CLOSE, "SUCCEEDED", 3, 4, null);
  }

  private void failed() {
    begin(run.flow(FLOW, "FAILED", "NODES_FAILED", null, 5));
    node("fetch", "quick", FETCH, "SUCCEEDED", 0, 1, null);
    node("risk", "risky", RISK, "FAILED", 1, 2, null);
    skipped("join");
    node("alert", "quick", ALERT, "SUCCEEDED", 2, 3, null);
    node("close", "quick", CLOSE, "SUCCEEDED", 3, 4, null);
  }

  private void canceled() {
    begin(run.flow(FLOW, "CANCELED", "CANCELED", null, 5));
    run.askedToCancel.add(FLOW);
    node("fetch", "quick", FETCH, "SUCCEEDED", 0, 1, null);
    node("risk", "risky", RISK, "CANCELED", 1, 2, null);
    skipped("join");
    skipped("alert");
    skipped("close");
  }

  private void begin(Facts.Ended end) {
    run.ended.put(FLOW, end);
    run.flows.put(FLOW, new Flow(new ArrayList<>(), new ArrayList<>()));
  }

  private void node(
      String name, String job, long id, String state, double from, double until, String taken) {
    boolean reported = !state.equals("CANCELED");
    run.flows.get(FLOW).nodes().add(new Node(name, state, id, false));
    run.flows.get(FLOW).runs().add(new NodeRun(id, at(from), taken));
    run.ended.put(id, run.end(id, job, state, reported ? null : "CANCELED", until, reported));
    run.trace(id, 1, from, until);
  }

  private void skipped(String name) {
    run.flows.get(FLOW).nodes().add(new Node(name, "SKIPPED", null, false));
  }

  private void skipInstead(String name) {
    remove(name);
    skipped(name);
  }

  /** Removes a node with its run. */
  private void remove(String name) {
    Flow flow = run.flows.get(FLOW);
    flow.nodes().stream()
        .filter(node -> node.name().equals(name) && node.run() != null)
        .map(Node::run)
        .toList()
        .forEach(
            id -> {
              flow.runs().removeIf(one -> one.id() == id);
              run.ended.remove(id);
              run.traces.removeIf(trace -> trace.id() == id);
            });
    flow.nodes().removeIf(node -> node.name().equals(name));
  }

  private void set(String name, String state, long id, boolean reused) {
    List<Node> nodes = run.flows.get(FLOW).nodes();
    nodes.removeIf(node -> node.name().equals(name));
    nodes.add(new Node(name, state, id, reused));
  }
}
