package dev.orrery.agent.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.worker.AttemptFailedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlaceholderFillerTest {
  private final FakeContext context =
      FakeContext.command("x")
          .fireTime("2027-03-28T01:00:00Z")
          .parameter("region", "eu")
          .parameter("price", "$5 \\ ${fireTime}")
          .parameter("cost", "$1")
          .parameter("a.b-c", "dotted")
          .parameter("empty", "");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          plain                                     | plain
          ${fireTime}                               | 2027-03-28T01:00:00Z
          ${parameters.region}                      | eu
          a-${parameters.region}-${parameters.region}-b | a-eu-eu-b
          ${parameters.a.b-c}                       | dotted
          [${parameters.cost}]                      | [$1]
          [${parameters.empty}]                     | []
          $region                                   | $region
          ${unclosed                                | ${unclosed
          $$                                        | $$
          ${$}{HOME} ${$}{fireTime}                 | ${HOME} ${fireTime}
          ${$}${parameters.region} ${$}             | $eu $
          ${$}{parameters.none}                     | ${parameters.none}
          """)
  void fillsPlaceholdersAndKeepsRemainingText(String text, String filled) throws Exception {
    assertThat(PlaceholderFiller.fill(text, context)).isEqualTo(filled);
  }

  @Test
  void insertsParameterValueVerbatim() throws Exception {
    assertThat(PlaceholderFiller.fill("<${parameters.price}>", context))
        .isEqualTo("<$5 \\ ${fireTime}>");
  }

  @Test
  void fillsFireTimePlaceholderWithEmptyTextWithoutFireTime() throws Exception {
    assertThat(PlaceholderFiller.fill("[${fireTime}]", FakeContext.command("x"))).isEqualTo("[]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ${parameters.none} | there is no parameter for the placeholder ${parameters.none}
          ${parameters.}     | unknown placeholder ${parameters.}; known are ${fireTime} and ${parameters.NAME}, and for the text itself write ${$}{parameters.}
          ${firetime}        | unknown placeholder ${firetime}; known are ${fireTime} and ${parameters.NAME}, and for the text itself write ${$}{firetime}
          ${}                | unknown placeholder ${}; known are ${fireTime} and ${parameters.NAME}, and for the text itself write ${$}{}
          """)
  void failsAttemptOnUnknownPlaceholder(String text, String message) {
    assertThatThrownBy(() -> PlaceholderFiller.fill(text, context))
        .isInstanceOf(AttemptFailedException.class)
        .hasMessage(message);
  }
}
