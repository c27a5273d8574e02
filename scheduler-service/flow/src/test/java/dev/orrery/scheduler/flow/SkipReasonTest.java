package dev.orrery.scheduler.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.FlowNode;
import dev.orrery.protocol.FlowNode.Condition;
import dev.orrery.protocol.FlowNode.When;
import dev.orrery.scheduler.model.instance.InstanceState;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SkipReasonTest {
  private static final Condition EMPTY = new Condition("a", List.of("0", "none"));

  @ParameterizedTest
  @CsvSource({
    "SUCCEEDED, false, false, FAILED, SUCCEEDED, a did not succeed",
    "SUCCEEDED, false, false, TIMED_OUT, CANCELED, 'a, b did not succeed'",
    "SUCCEEDED, false, false, SKIPPED, SKIPPED, 'a, b were skipped'",
    "SUCCEEDED, false, true, SUCCEEDED, SUCCEEDED, runs only if a returns 0 or none",
    "SUCCEEDED, false, true, SKIPPED, SUCCEEDED, runs only if a returns 0 or none",
    "SUCCEEDED, true, true, SUCCEEDED, SUCCEEDED, runs only if a returns 0 or none",
    "SUCCEEDED, true, true, SUCCEEDED, SCHEDULED, the flow stopped before",
    "SUCCEEDED, true, false, SUCCEEDED, SUCCEEDED, the flow stopped before",
    "FAILED, false, false, SUCCEEDED, SKIPPED, runs only if a or b fails",
    "FAILED, true, false, SUCCEEDED, SUCCEEDED, runs only if a or b fails",
    "FAILED, true, false, SUCCEEDED, SKIPPED, the flow stopped before",
    "FAILED, true, false, CANCELED, SUCCEEDED, the flow stopped before",
    "ALWAYS, true, false, CANCELED, SUCCEEDED, the flow stopped before",
    "ENDED, true, false, CANCELED, SUCCEEDED, the flow stopped before",
    "ENDED, true, true, CANCELED, SUCCEEDED, runs only if a returns 0 or none",
    "ENDED, true, true, SKIPPED, SKIPPED, the flow stopped before",
  })
  void returnsReasonForSkippedNode(
      When when,
      boolean stopped,
      boolean hasCondition,
      InstanceState a,
      InstanceState b,
      String text) {
    FlowNode node = node("skipped", List.of("a", "b"), when, hasCondition ? EMPTY : null, false);

    assertThat(reason(Map.of("a", a, "b", b), stopped, false).of(node)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"false, a did not succeed", "true, b was skipped"})
  void omitsFailuresAfterWhichFlowContinues(boolean continues, String text) {
    SkipReason reason =
        reason(Map.of("a", InstanceState.FAILED, "b", InstanceState.SKIPPED), false, continues);
    FlowNode node =
        node("skipped", continues ? List.of("b") : List.of("a"), When.SUCCEEDED, null, false);

    assertThat(reason.of(node)).isEqualTo(text);
  }

  private static SkipReason reason(
      Map<String, InstanceState> states, boolean stopped, boolean continues) {
    Map<String, FlowNode> nodes = new TreeMap<>();
    states
        .keySet()
        .forEach(name -> nodes.put(name, node(name, List.of(), When.SUCCEEDED, null, continues)));
    return new SkipReason(nodes, states, stopped);
  }

  private static FlowNode node(
      String name, List<String> needs, When when, Condition condition, boolean continues) {
    return new FlowNode(name, name, needs, when, null, condition, continues, Map.of());
  }
}
