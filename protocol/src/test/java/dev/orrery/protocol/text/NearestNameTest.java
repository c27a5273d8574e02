package dev.orrery.protocol.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestNameTest {
  private static final List<String> KNOWN =
      List.of("timeout", "trigger", "tags", "name", "at", "retry");

  @ParameterizedTest
  @CsvSource({
    "retries, retry",
    "triggers, trigger",
    "timeuot, timeout",
    "time-out, timeout",
    "triger, trigger",
    "tag, tags",
    "nmae, name",
    "mane, ",
    "a, ",
    "everything, "
  })
  void suggestsNameWithAtMostOneThirdWrongLetters(String written, String nearest) {
    assertThat(NearestName.of(written, KNOWN).orElse(null)).isEqualTo(nearest);
  }

  @Test
  void returnsNearestOfSeveralNames() {
    assertThat(NearestName.of("import-orders2", List.of("import-others", "import-orders")))
        .contains("import-orders");
  }

  @Test
  void addsDidYouMeanOnlyForSimilarName() {
    assertThat(NearestName.question("triger", KNOWN)).isEqualTo(" Did you mean 'trigger'?");
    assertThat(NearestName.question("x", KNOWN)).isEmpty();
  }
}
