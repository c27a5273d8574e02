package dev.orrery.scheduler.http.filter;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeCounterTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {}                            | 0 | 1
          {"a":1,"b":2}                 | 0 | 2
          {"a":[{},{},{}]}              | 0 | 7
          {"a":",{[,","b\\\"{,":"\\\\"}  | 0 | 2
          {"i":[{"a":1,"b":2},{"a":1}]} | 3 | 4
          """)
  void countsJsonValuesOutsideStrings(String json, int separateFrom, int most) {
    NodeCounter counter = new NodeCounter(separateFrom);
    int seen = 0;
    for (byte next : json.getBytes(StandardCharsets.UTF_8)) {
      seen = Math.max(seen, counter.count(next));
    }

    assertThat(seen).isEqualTo(most);
  }
}
