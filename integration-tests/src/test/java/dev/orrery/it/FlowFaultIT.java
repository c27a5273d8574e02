package dev.orrery.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.it.SchedulerDeath.Change;
import dev.orrery.it.harness.AtNight;
import dev.orrery.it.harness.Builds;
import dev.orrery.it.harness.Nightly;
import dev.orrery.it.harness.Stack;
import dev.orrery.testing.program.Await;
import dev.orrery.testing.program.ProgramProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Kills schedulers while a flow runs: between two statements, as in {@link ParentFaultIT}, and at
 * random times. A regular run only kills at random times, during one flow; the nightly run has all
 * cases.
 */
@Order(1)
@Tag("thorough")
class FlowFaultIT {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final int NODES = 10;
  private static final int KILLS_OF_FLOW = Nightly.isRunning() ? 5 : 3;
  private static final int FLOWS = Nightly.isRunning() ? 10 : 1;

  private static final String STEP =
      """
      {"processor": {"type": "shell", "script": "sleep 0.2; echo $ORRERY_INSTANCE_ID >> '%s'"},
       "retry": {"maxWorkerLosses": 100}}
      """;

  private static final String BROKEN =
      """
      {"processor": {"type": "shell", "script": "exit 1"},
       "retry": {"maxAttempts": 1, "maxWorkerLosses": 100}}
      """;

  /** It runs during the restart of a scheduler. */
  private static final String SLOW = STEP.replace("sleep 0.2", "sleep 5");

  /** It runs for longer than the test. */
  private static final String ENDLESS =
      """
      {"processor": {"type": "shell", "script": "sleep 600"}, "retry": {"maxWorkerLosses": 100}}
      """;

  private static final String DIAMOND =
      """
      {"processor": {"type": "flow", "nodes": [
        {"name": "fetch", "job": "step"},
        {"name": "left", "job": "step", "needs": ["fetch"]},
        {"name": "right", "job": "step", "needs": ["fetch"]},
        {"name": "join", "job": "step", "needs": ["left", "right"]}]}}
      """;

  private static final String FAILING =
      """
      {"processor": {"type": "flow", "nodes": [
        {"name": "fetch", "job": "step"},
        {"name": "check", "job": "broken", "needs": ["fetch"]},
        {"name": "bill", "job": "step", "needs": ["check"]},
        {"name": "alert", "job": "step", "needs": ["check"], "when": "failed"},
        {"name": "close", "job": "step", "needs": ["bill", "alert"], "when": "always"}]}}
      """;

  /** Times out while its first node runs. */
  private static final String LATE =
      """
      {"timeout": "PT2S", "processor": {"type": "flow", "nodes": [
        {"name": "wait", "job": "endless"},
        {"name": "close", "job": "step", "needs": ["wait"], "when": "always"}]}}
      """;

  /** As {@link #LATE}, and cleans up. */
  private static final String RELEASED = LATE.replace("always", "ended");

  private static final String CLEANED =
      """
      {"processor": {"type": "flow", "nodes": [
        {"name": "wait", "job": "endless"},
        {"name": "next", "job": "step", "needs": ["wait"]},
        {"name": "release", "job": "%s", "needs": ["next"], "when": "ended"},
        {"name": "close", "job": "step", "needs": ["release"], "when": "ended"}]}}
      """;

  private static final Map<String, Outcome> OUTCOMES =
      Map.of(
          DIAMOND,
          new Outcome("SUCCEEDED", List.of("SUCCEEDED", "SUCCEEDED", "SUCCEEDED", "SUCCEEDED")),
          FAILING,
          new Outcome(
              "FAILED", List.of("SUCCEEDED", "FAILED", "SKIPPED", "SUCCEEDED", "SUCCEEDED")),
          LATE,
          new Outcome("TIMED_OUT", List.of("CANCELED", "SKIPPED")),
          RELEASED,
          new Outcome("TIMED_OUT", List.of("CANCELED", "SUCCEEDED")));

  private record Outcome(String flow, List<String> nodes) {}

  static final List<SchedulerDeath> DEATHS =
      List.of(
          new SchedulerDeath(
              "NODE_NOT_COMMITTED",
              DIAMOND,
              Change.before(
                  "flow.FlowReconciler",
                  "FlowStore.end(connection, endedNodes);",
                  "!result.readyLanes().isEmpty()")),
          new SchedulerDeath(
              "NODES_NOT_CANCELED",
              LATE,
              Change.afterReconciliation("!result.stopping().isEmpty()")),
          new SchedulerDeath(
              "ENDED_NODE_NOT_COMMITTED",
              RELEASED,
              Change.before(
                  "flow.FlowReconciler",
                  "FlowStore.end(connection, endedNodes);",
                  "!result.endings().isEmpty() && !result.readyLanes().isEmpty()")),
          new SchedulerDeath(
              "ENDED_NODE_NOT_HINTED",
              RELEASED,
              Change.afterReconciliation(
                  "!result.endings().isEmpty() && !result.readyLanes().isEmpty()")),
          new SchedulerDeath(
              "NODES_NOT_STORED",
              DIAMOND,
              Change.before(
                  "flow.ParentStarter",
                  "FlowStore.create(connection, flows);",
                  "!flows.isEmpty()")),
          new SchedulerDeath(
              "FLOW_NOT_COMMITTED",
              DIAMOND,
              Change.before(
                  "flow.ParentStarter", "resetNodes(connection, retries);", "!flows.isEmpty()")),
          new SchedulerDeath(
              "FLOW_NOT_LOOKED_AT",
              DIAMOND,
              Change.before(
                  "flow.ParentStarter",
                  "if (!started.sessions().isEmpty()) {",
                  "!started.parents().isEmpty()")),
          new SchedulerDeath(
              "NODE_NOT_HINTED",
              DIAMOND,
              Change.afterReconciliation("!result.readyLanes().isEmpty()")),
          new SchedulerDeath("END_OF_NODE_NOT_HINTED", DIAMOND, Change.ofParentsAfterSuccess()),
          new SchedulerDeath(
              "FAILURE_OF_NODE_NOT_HINTED",
              FAILING,
              Change.before(
                  "engine.completion.AfterCommit", "counted.run();", "!parents.isEmpty()")),
          new SchedulerDeath(
              "ENDING_NOT_COMMITTED",
              LATE,
              Change.before(
                  "flow.ParentReconciler",
                  "end(connection, result);",
                  "!result.stopping().isEmpty()")),
          new SchedulerDeath(
              "END_OF_FLOW_NOT_COMMITTED",
              FAILING,
              Change.before(
                  "flow.ParentReconciler", "Duration nextFire =", "!result.ends().isEmpty()")),
          new SchedulerDeath(
              "END_OF_FLOW_NOT_HINTED",
              DIAMOND,
              Change.afterReconciliation("!result.ended().isEmpty()")));

  private static List<SchedulerDeath> deaths() {
    return DEATHS;
  }

  @ParameterizedTest
  @MethodSource("deaths")
  @AtNight
  void endsFlowAfterSchedulerKill(SchedulerDeath death) throws Exception {
    try (Stack stack = new Stack("flow-" + death.name(), Leases.options())) {
      ProgramProcess dying = stack.schedulerBuild(death.build()).startScheduler();
      stack.startAgent("-Dorrery.worker.capacity=4");
      putJobs(stack);
      stack.api().putJob(Stack.APP, "flow", death.job());
      String id = stack.api().run(Stack.APP, "flow");
      assertThat(dying.awaitExit(SOON)).isEqualTo(SchedulerDeath.KILLED);

      stack.schedulerBuild(Builds.ownScheduler()).startScheduler();

      Outcome outcome = OUTCOMES.get(death.job());
      stack.api().awaitState(id, outcome.flow(), SOON);
      List<Node> nodes = nodes(stack, id);
      assertThat(nodes).extracting(Node::state).containsExactlyElementsOf(outcome.nodes());
      assertThat(nodes).as("ended before their flow").allMatch(Node::endedBeforeFlow);
      assertThat(runs(stack)).as("one for each node").hasSameElementsAs(instances(nodes));
    }
  }

  @Test
  void runsEachNodeOnceWhileSchedulersAreKilled() throws Exception {
    // With the default lease, no session expires, so each run has one attempt.
    try (Stack stack = new Stack("flow-kills")) {
      stack.startScheduler();
      stack.startAgent();
      putJobs(stack);
      stack.api().putJob(Stack.APP, "flow", row());
      Random random = new Random(1);
      List<String> instances = new ArrayList<>();

      for (int flow = 1; flow <= FLOWS; flow++) {
        String id = stack.api().run(Stack.APP, "flow");
        for (int kill = 0; kill < KILLS_OF_FLOW; kill++) {
          int started = 1 + kill * NODES / KILLS_OF_FLOW;
          Await.until(
              started + " nodes have started",
              SOON,
              () -> instances(nodes(stack, id)).size() >= started);
          Await.pass(Duration.ofMillis(random.nextInt(400)));
          stack.killScheduler();
          stack.startScheduler();
        }
        stack.api().awaitState(id, "SUCCEEDED", SOON);
        List<Node> nodes = nodes(stack, id);
        assertThat(nodes).hasSize(NODES).allMatch(node -> node.state().equals("SUCCEEDED"));
        assertThat(nodes).as("ended before their flow").allMatch(Node::endedBeforeFlow);
        instances.addAll(instances(nodes));
      }

      assertThat(runs(stack)).containsExactlyInAnyOrderElementsOf(instances);
      assertThat(Files.readAllLines(trace(stack)))
          .as("instances that ran")
          .containsExactlyInAnyOrderElementsOf(instances);
      System.out.printf(
          "FlowFaultIT: %d kills, %d flows with %d nodes, each ran once%n",
          FLOWS * KILLS_OF_FLOW, FLOWS, instances.size());
    }
  }

  @Test
  void runsEndedNodesOnceWhileSchedulersAreKilled() throws Exception {
    try (Stack stack = new Stack("flow-end-kills")) {
      stack.startScheduler();
      stack.startAgent();
      putJobs(stack);
      stack.api().putJob(Stack.APP, "slow", SLOW.formatted(trace(stack)));
      stack.api().putJob(Stack.APP, "flow", CLEANED.formatted("slow"));
      stack.api().putJob(Stack.APP, "stuck", CLEANED.formatted("endless"));

      String id = stack.api().run(Stack.APP, "flow");
      cancel(stack, id, 0);
      restartScheduler(stack);
      awaitRunning(stack, id, 2);
      restartScheduler(stack);
      requireEnd(stack, id, List.of("CANCELED", "SKIPPED", "SUCCEEDED", "SUCCEEDED"));
      List<String> ended = instances(nodes(stack, id)).subList(1, 3);
      assertThat(Files.readAllLines(trace(stack))).containsExactlyElementsOf(ended);

      String stuck = stack.api().run(Stack.APP, "stuck");
      cancel(stack, stuck, 0);
      cancel(stack, stuck, 2);
      restartScheduler(stack);
      requireEnd(stack, stuck, List.of("CANCELED", "SKIPPED", "CANCELED", "SKIPPED"));
    }
  }

  /** Cancels a flow while a node of it runs. */
  private static void cancel(Stack stack, String id, int node) {
    awaitRunning(stack, id, node);
    stack.api().cancel(id);
  }

  private static void awaitRunning(Stack stack, String id, int node) {
    Await.until(
        "node " + node + " runs", SOON, () -> nodes(stack, id).get(node).state().equals("RUNNING"));
  }

  private static void restartScheduler(Stack stack) throws Exception {
    stack.killScheduler();
    stack.startScheduler();
  }

  private static void requireEnd(Stack stack, String id, List<String> states) {
    stack.api().awaitState(id, "CANCELED", SOON);
    List<Node> nodes = nodes(stack, id);
    assertThat(nodes).extracting(Node::state).containsExactlyElementsOf(states);
    assertThat(nodes).as("ended before their flow").allMatch(Node::endedBeforeFlow);
  }

  private static void putJobs(Stack stack) {
    stack.api().putJob(Stack.APP, "step", STEP.formatted(trace(stack)));
    stack.api().putJob(Stack.APP, "broken", BROKEN);
    stack.api().putJob(Stack.APP, "endless", ENDLESS);
  }

  /** Returns the file to which each run appends its id. */
  private static Path trace(Stack stack) {
    return stack.directory().resolve("ran.txt");
  }

  /** Returns a flow in which each node needs the one before. */
  private static String row() {
    return IntStream.rangeClosed(1, NODES)
        .mapToObj(
            node ->
                "{\"name\":\"n%d\",\"job\":\"step\",\"needs\":[%s]}"
                    .formatted(node, node == 1 ? "" : "\"n" + (node - 1) + "\""))
        .collect(Collectors.joining(",", "{\"processor\":{\"type\":\"flow\",\"nodes\":[", "]}}"));
  }

  /**
   * @param instance null if it has no run
   */
  private record Node(String state, String instance, boolean endedBeforeFlow) {
    private static Node of(JsonNode node, JsonNode flow) {
      return new Node(
          node.get("state").asText(),
          node.hasNonNull("instance") ? node.get("instance").asText() : null,
          node.get("state").asText().equals("SKIPPED") || endedBefore(node, flow));
    }

    private static boolean endedBefore(JsonNode node, JsonNode flow) {
      return node.hasNonNull("endedAt")
          && flow.hasNonNull("endedAt")
          && !Instant.parse(node.get("endedAt").asText())
              .isAfter(Instant.parse(flow.get("endedAt").asText()));
    }
  }

  /** Returns the nodes in the order of the document. */
  private static List<Node> nodes(Stack stack, String id) {
    JsonNode flow = stack.api().instance(id);
    List<Node> nodes = new ArrayList<>();
    stack
        .api()
        .get("/instances/" + id + "/nodes")
        .get("items")
        .forEach(node -> nodes.add(Node.of(node, flow)));
    return nodes;
  }

  private static List<String> instances(List<Node> nodes) {
    return nodes.stream().map(Node::instance).filter(run -> run != null).toList();
  }

  /** Returns the ids of all instances of the jobs of the nodes. */
  private static List<String> runs(Stack stack) {
    return Stream.of("step", "broken", "endless")
        .flatMap(job -> stack.api().instances(Stack.APP, job).stream())
        .map(run -> run.get("id").asText())
        .toList();
  }
}
