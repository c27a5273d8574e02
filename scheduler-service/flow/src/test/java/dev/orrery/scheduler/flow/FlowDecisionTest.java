package dev.orrery.scheduler.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.FlowNode.When;
import dev.orrery.scheduler.flow.FlowDecision.Condition;
import dev.orrery.scheduler.flow.FlowDecision.Known;
import dev.orrery.scheduler.flow.FlowDecision.Node;
import dev.orrery.scheduler.flow.FlowDecision.NodeState;
import dev.orrery.scheduler.flow.FlowDecision.Phase;
import dev.orrery.scheduler.flow.FlowOracle.End;
import dev.orrery.scheduler.model.instance.InstanceState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlowDecisionTest {
  private static final int GRAPHS = 10_000;
  private static final List<When> WHENS = List.of(When.values());

  private static Node node(When when, Integer... needs) {
    return new Node(List.of(needs), when, null, false);
  }

  /** Without results. */
  private static List<Known> known(NodeState... states) {
    return Stream.of(states).map(state -> new Known(state, null)).toList();
  }

  @Test
  void startsNodesWithoutNeeds() {
    FlowDecision decision =
        FlowDecision.of(
            List.of(node(When.SUCCEEDED), node(When.SUCCEEDED), node(When.SUCCEEDED, 0, 1)),
            known(NodeState.WAITING, NodeState.WAITING, NodeState.WAITING),
            Phase.GOES_ON);

    assertThat(decision).isEqualTo(new FlowDecision(List.of(0, 1), List.of(), null));
  }

  @Test
  void skipsNodesAfterFailureAndFailsFlow() {
    FlowDecision decision =
        FlowDecision.of(
            List.of(node(When.SUCCEEDED), node(When.SUCCEEDED, 0), node(When.SUCCEEDED, 1)),
            known(NodeState.FAILED, NodeState.WAITING, NodeState.WAITING),
            Phase.GOES_ON);

    assertThat(decision)
        .isEqualTo(new FlowDecision(List.of(), List.of(1, 2), InstanceState.FAILED));
  }

  @Test
  void startsAlertAfterFailureAndFailsFlow() {
    List<Node> nodes = List.of(node(When.SUCCEEDED), node(When.FAILED, 0));

    assertThat(
            FlowDecision.of(nodes, known(NodeState.FAILED, NodeState.WAITING), Phase.GOES_ON)
                .start())
        .containsExactly(1);
    assertThat(
            FlowDecision.of(nodes, known(NodeState.FAILED, NodeState.SUCCEEDED), Phase.GOES_ON)
                .end())
        .isEqualTo(InstanceState.FAILED);
    assertThat(FlowDecision.of(nodes, known(NodeState.SUCCEEDED, NodeState.WAITING), Phase.GOES_ON))
        .isEqualTo(new FlowDecision(List.of(), List.of(1), InstanceState.SUCCEEDED));
  }

  @ParameterizedTest
  @CsvSource({"'ok', true", "'ok\n', true", "'ok \r\n', true", "' ok', false", "'o k', false"})
  void ignoresTrailingWhitespaceOfResultInCondition(String result, boolean starts) {
    List<Node> nodes =
        List.of(
            node(When.SUCCEEDED),
            new Node(List.of(0), When.SUCCEEDED, new Condition(0, Set.of("ok")), false));
    List<Known> known =
        List.of(new Known(NodeState.SUCCEEDED, result), new Known(NodeState.WAITING, null));

    assertThat(FlowDecision.of(nodes, known, Phase.GOES_ON).start().contains(1)).isEqualTo(starts);
  }

  @Test
  void reusesSucceededNodesWithoutFailedPredecessor() {
    List<Node> nodes =
        List.of(
            node(When.SUCCEEDED),
            node(When.SUCCEEDED, 0),
            node(When.ALWAYS, 1),
            node(When.SUCCEEDED, 0),
            node(When.FAILED, 0));

    assertThat(
            FlowDecision.reused(
                nodes,
                known(
                    NodeState.SUCCEEDED,
                    NodeState.FAILED,
                    NodeState.SUCCEEDED,
                    NodeState.SUCCEEDED,
                    NodeState.SKIPPED)))
        .containsExactlyInAnyOrder(0, 3);
  }

  @Test
  void reusesNodeBehindBranchThatIsSkippedAgain() {
    List<Node> nodes =
        List.of(
            node(When.SUCCEEDED),
            new Node(List.of(0), When.SUCCEEDED, new Condition(0, Set.of("bad")), false),
            node(When.SUCCEEDED, 0, 1));
    List<Known> before =
        List.of(
            new Known(NodeState.SUCCEEDED, "ok"),
            new Known(NodeState.SKIPPED, null),
            new Known(NodeState.SUCCEEDED, null));

    assertThat(FlowDecision.reused(nodes, before)).containsExactlyInAnyOrder(0, 2);
  }

  @Test
  void runsEndedNodeAgainInRetry() {
    List<Node> nodes =
        List.of(
            node(When.SUCCEEDED), node(When.ENDED, 0), node(When.ALWAYS, 1), node(When.FAILED, 0));

    assertThat(
            FlowDecision.reused(
                nodes,
                known(
                    NodeState.SUCCEEDED,
                    NodeState.SUCCEEDED,
                    NodeState.SUCCEEDED,
                    NodeState.SKIPPED)))
        .containsExactly(0);
  }

  /** A flow a → b → release, where b is skipped once a has ended. */
  @ParameterizedTest
  @CsvSource({
    "GOES_ON,  STARTED,   WAITING,   '',  ''",
    "GOES_ON,  SUCCEEDED, STARTED,   '',  ''",
    "GOES_ON,  SUCCEEDED, FAILED,    '2', ''",
    "GOES_ON,  SKIPPED,   SKIPPED,   '2', ''",
    "ENDING,   WAITING,   WAITING,   '2', '0,1'",
    "ENDING,   STARTED,   WAITING,   '',  ''",
    "ENDING,   FAILED,    WAITING,   '2', '1'",
    "ENDING,   SUCCEEDED, STARTED,   '',  ''",
    "ENDING,   SUCCEEDED, SUCCEEDED, '2', ''",
    "ENDS_NOW, STARTED,   WAITING,   '',  ''",
    "ENDS_NOW, FAILED,    WAITING,   '',  '1,2'",
    "ENDS_NOW, SUCCEEDED, SUCCEEDED, '',  '2'",
  })
  void startsEndedNodeAfterItsNeeds(
      Phase phase, NodeState a, NodeState b, String start, String skip) {
    List<Node> nodes = List.of(node(When.SUCCEEDED), node(When.SUCCEEDED, 0), node(When.ENDED, 1));

    FlowDecision decision = FlowDecision.of(nodes, known(a, b, NodeState.WAITING), phase);

    assertThat(decision.start()).isEqualTo(positions(start));
    assertThat(decision.skip()).isEqualTo(positions(skip));
  }

  private static List<Integer> positions(String text) {
    return Stream.of(text.split(",")).filter(n -> !n.isEmpty()).map(Integer::valueOf).toList();
  }

  @Test
  void skipsEndedNodeOfEndingFlowWhoseConditionIsNotMet() {
    List<Node> nodes =
        List.of(
            node(When.SUCCEEDED),
            new Node(List.of(0), When.ENDED, new Condition(0, Set.of("taken")), false));

    assertThat(
            FlowDecision.of(nodes, known(NodeState.FAILED, NodeState.WAITING), Phase.ENDING).skip())
        .containsExactly(1);
    assertThat(
            FlowDecision.of(
                    nodes,
                    List.of(
                        new Known(NodeState.SUCCEEDED, "taken"),
                        new Known(NodeState.WAITING, null)),
                    Phase.ENDING)
                .start())
        .containsExactly(1);
  }

  /** Plays whole flows; the oracle looks at each node alone, by recursion. */
  @Test
  void matchesOracleForRandomGraphs() {
    long seed = Long.getLong("orrery.test.seed", System.nanoTime());
    Random random = new Random(seed);
    for (int graph = 0; graph < GRAPHS; graph++) {
      List<Node> nodes = nodes(random);
      List<Known> outcomes = outcomes(random, nodes.size());
      Known[] known = new Known[nodes.size()];
      Arrays.fill(known, new Known(NodeState.WAITING, null));
      FlowDecision decision = FlowDecision.of(nodes, List.of(known), Phase.GOES_ON);
      List<Integer> running = new ArrayList<>();
      Set<Integer> started = new HashSet<>();
      while (decision.end() == null) {
        decision.skip().forEach(node -> known[node] = new Known(NodeState.SKIPPED, null));
        for (int node : decision.start()) {
          assertThat(started.add(node)).as("node %s starts once, seed %s", node, seed).isTrue();
          known[node] = new Known(NodeState.STARTED, null);
          running.add(node);
        }
        assertThat(running).as("stands still, seed %s", seed).isNotEmpty();
        int next = running.remove(random.nextInt(running.size()));
        known[next] = outcomes.get(next);
        decision = FlowDecision.of(nodes, List.of(known), Phase.GOES_ON);
      }
      decision.skip().forEach(node -> known[node] = new Known(NodeState.SKIPPED, null));
      FlowOracle oracle = oracle(nodes, outcomes);
      for (int node = 0; node < known.length; node++) {
        FlowOracle.Outcome end = oracle.end(node);
        assertThat(known[node])
            .as("node %s, seed %s", node, seed)
            .isEqualTo(new Known(NodeState.valueOf(end.end().name()), end.result()));
      }
      assertThat(decision.end())
          .as("seed %s", seed)
          .isEqualTo(oracle.fails() ? InstanceState.FAILED : InstanceState.SUCCEEDED);
    }
  }

  /** Stops flows at a random step: the oracle follows from the states at the stop and the ends. */
  @Test
  void startsOnlyEndedNodesAfterStopOfRandomGraphs() {
    long seed = Long.getLong("orrery.test.seed", System.nanoTime());
    Random random = new Random(seed);
    int cleanUps = 0;
    for (int graph = 0; graph < GRAPHS; graph++) {
      List<Node> nodes = nodes(random);
      List<Known> outcomes = outcomes(random, nodes.size());
      Known[] known = new Known[nodes.size()];
      Arrays.fill(known, new Known(NodeState.WAITING, null));
      List<Integer> running = new ArrayList<>();
      int stop = random.nextInt(nodes.size());
      int secondStop = random.nextInt(3) == 0 ? stop + random.nextInt(3) : Integer.MAX_VALUE;
      Set<Integer> waitedAtStop = Set.of();
      List<Integer> startedAfterStop = new ArrayList<>();
      for (int step = 0; ; step++) {
        Phase phase =
            step < stop ? Phase.GOES_ON : step < secondStop ? Phase.ENDING : Phase.ENDS_NOW;
        if (step == stop) {
          waitedAtStop =
              IntStream.range(0, known.length)
                  .filter(node -> known[node].state() == NodeState.WAITING)
                  .boxed()
                  .collect(Collectors.toSet());
        }
        FlowDecision decision = FlowDecision.of(nodes, List.of(known), phase);
        if (phase == Phase.GOES_ON) {
          decision.skip().forEach(node -> known[node] = new Known(NodeState.SKIPPED, null));
        } else {
          for (int node : decision.start()) {
            assertThat(running)
                .as("seed %s", seed)
                .doesNotContainAnyElementsOf(before(nodes, node));
            startedAfterStop.add(node);
          }
        }
        if (phase == Phase.ENDS_NOW) {
          assertThat(decision.start()).as("seed %s", seed).isEmpty();
        }
        for (int node : decision.start()) {
          known[node] = new Known(NodeState.STARTED, null);
          running.add(node);
        }
        if (decision.end() != null) {
          break;
        }
        assertThat(running).as("stands still, seed %s", seed).isNotEmpty();
        int next = running.remove(random.nextInt(running.size()));
        known[next] = outcomes.get(next);
      }
      for (int node : waitedAtStop) {
        boolean runs =
            nodes.get(node).when() == When.ENDED && isMet(nodes.get(node).condition(), known);
        if (secondStop == Integer.MAX_VALUE || !runs) {
          assertThat(startedAfterStop.contains(node)).as("%s, seed %s", node, seed).isEqualTo(runs);
        }
        cleanUps += startedAfterStop.contains(node) ? 1 : 0;
      }
      for (int node : startedAfterStop) {
        assertThat(
                startedAfterStop.subList(startedAfterStop.indexOf(node), startedAfterStop.size()))
            .as("after what node %s needs, seed %s", node, seed)
            .doesNotContainAnyElementsOf(before(nodes, node));
      }
    }
    assertThat(cleanUps).as("seed %s", seed).isGreaterThan(GRAPHS / 10);
  }

  private static boolean isMet(Condition condition, Known[] known) {
    return condition == null
        || (known[condition.node()].state() == NodeState.SUCCEEDED
            && condition.results().contains(known[condition.node()].result()));
  }

  /**
   * Returns all nodes that a node needs, directly or through others; -1 keeps it from being empty.
   */
  private static Set<Integer> before(List<Node> nodes, int position) {
    Set<Integer> before = new HashSet<>(Set.of(-1));
    for (int need : nodes.get(position).needs()) {
      before.add(need);
      before.addAll(before(nodes, need));
    }
    return before;
  }

  private static FlowOracle oracle(List<Node> nodes, List<Known> outcomes) {
    return new FlowOracle(
        nodes.stream()
            .map(
                node ->
                    new FlowOracle.Node(
                        node.needs(),
                        node.when().name().toLowerCase(Locale.ROOT),
                        node.condition() == null ? null : Integer.valueOf(node.condition().node()),
                        node.condition() == null ? Set.of() : node.condition().results(),
                        node.continueOnFailure()))
            .toList(),
        outcomes.stream()
            .map(known -> new FlowOracle.Outcome(End.valueOf(known.state().name()), known.result()))
            .toList());
  }

  private static List<Node> nodes(Random random) {
    List<Node> nodes = new ArrayList<>();
    int count = 1 + random.nextInt(9);
    for (int position = 0; position < count; position++) {
      List<Integer> needs =
          IntStream.range(0, position).filter(one -> random.nextInt(3) == 0).boxed().toList();
      Condition condition =
          needs.isEmpty() || random.nextInt(3) > 0
              ? null
              : new Condition(needs.get(random.nextInt(needs.size())), Set.of("ok", "warn"));
      nodes.add(
          new Node(
              needs,
              needs.isEmpty() ? When.SUCCEEDED : WHENS.get(random.nextInt(WHENS.size())),
              condition,
              random.nextInt(4) == 0));
    }
    return nodes;
  }

  private static List<Known> outcomes(Random random, int count) {
    return IntStream.range(0, count)
        .mapToObj(
            node ->
                random.nextInt(3) == 0
                    ? new Known(NodeState.FAILED, null)
                    : new Known(
                        NodeState.SUCCEEDED,
                        List.of("ok", "warn", "other", "").get(random.nextInt(4))))
        .toList();
  }
}
