package dev.orrery.scheduler.model.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlowNestingRuleTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a: b            | ''
          a: b c, b: c    | ''
          a: b, b: c      | ''
          b: a            | ''
          a: b, b: c, c: b | ''
          a: a            | a -> a
          a: x b, b: a    | a -> b -> a
          a: b, b: c, c: a | a -> b -> c -> a
          a: b d, b: c, c: a, d: a | a -> d -> a
          a: b, b: c b, c: x a | a -> b -> c -> a
          """)
  void returnsShortestCycleOfFlow(String flows, String cycle) {
    Map<String, List<String>> jobs = flows(flows);

    List<String> found = FlowNestingRule.cycle("a", job -> jobs.getOrDefault(job, List.of()));

    assertThat(String.join(" -> ", found)).isEqualTo(cycle);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a: x            | 1
          a: x x          | 2
          a: b x, b: x y  | 4
          a: b b, b: x y z | 8
          a: b, b: c, c: d, d: e, e: x y z | 4
          a: a            | 4
          """)
  void countsNodesIncludingNestedFlows(String flows, long nodes) {
    Map<String, List<String>> jobs = flows(flows);

    assertThat(FlowNestingRule.nodes("a", job -> jobs.getOrDefault(job, List.of()), 4))
        .isEqualTo(nodes);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a: x                         | ''
          a: b, b: c, c: x             | ''
          a: b, b: c, c: d, d: x       | a -> b -> c -> d
          a: x b, b: c, c: y d, d: x   | a -> b -> c -> d
          a: b d, b: c, c: d, d: x     | a -> b -> c -> d
          """)
  void returnsPathToFlowNestedTooDeeply(String flows, String way) {
    Map<String, List<String>> jobs = flows(flows);

    List<String> found = FlowNestingRule.tooDeep("a", job -> jobs.getOrDefault(job, List.of()), 3);

    assertThat(String.join(" -> ", found)).isEqualTo(way);
  }

  /** Reads {@code a: b c, b: c}: the flow a has nodes of the jobs b and c. */
  private static Map<String, List<String>> flows(String text) {
    return Arrays.stream(text.split(", "))
        .map(flow -> flow.split(": "))
        .collect(Collectors.toMap(flow -> flow[0], flow -> List.of(flow[1].split(" "))));
  }
}
