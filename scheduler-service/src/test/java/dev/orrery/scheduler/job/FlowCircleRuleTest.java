package dev.orrery.scheduler.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlowCircleRuleTest {
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
  void returnsShortestCircleOfFlow(String flows, String circle) {
    Map<String, List<String>> jobs = flows(flows);

    List<String> found = FlowCircleRule.circle("a", job -> jobs.getOrDefault(job, List.of()));

    assertThat(String.join(" -> ", found)).isEqualTo(circle);
  }

  /** Reads {@code a: b c, b: c}: the flow a has nodes of the jobs b and c. */
  private static Map<String, List<String>> flows(String text) {
    return Arrays.stream(text.split(", "))
        .map(flow -> flow.split(": "))
        .collect(Collectors.toMap(flow -> flow[0], flow -> List.of(flow[1].split(" "))));
  }
}
