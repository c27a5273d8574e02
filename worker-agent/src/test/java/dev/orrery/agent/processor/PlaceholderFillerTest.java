package dev.orrery.agent.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.agent.secret.SecretContext;
import dev.orrery.worker.AttemptFailedException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlaceholderFillerTest {
  private final SecretContext context =
      withSecrets(
          FakeContext.command("x")
              .fireTime("2027-03-28T01:00:00Z")
              .parameter("region", "eu")
              .parameter("price", "$5 \\ ${fireTime}")
              .parameter("cost", "$1")
              .parameter("a.b-c", "dotted")
              .parameter("empty", "")
              .parameter("hidden", "${secret.db-password}"));

  private static SecretContext withSecrets(FakeContext context) {
    return new SecretContext(context, Map.of("db-password", "open-sesame"));
  }

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
          Bearer ${secret.db-password}              | Bearer open-sesame
          ${parameters.hidden}                      | ${secret.db-password}
          ${$}{secret.db-password}                  | ${secret.db-password}
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
  void leavesFireTimePlaceholderEmptyWithoutFireTime() throws Exception {
    assertThat(PlaceholderFiller.fill("[${fireTime}]", withSecrets(FakeContext.command("x"))))
        .isEqualTo("[]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ${parameters.none} | there is no parameter for the placeholder ${parameters.none}
          ${parameters.}     | unknown placeholder ${parameters.}; known are ${fireTime}, ${parameters.NAME} and, in http, ${secret.NAME}, where NAME must be 1 to 100 characters out of A-Z a-z 0-9 . _ -, and not '.' or '..' (a default is a parameter of the job), and for the text itself write ${$}{parameters.}
          ${firetime}        | unknown placeholder ${firetime}; known are ${fireTime}, ${parameters.NAME} and, in http, ${secret.NAME}, and for the text itself write ${$}{firetime}
          ${}                | unknown placeholder ${}; known are ${fireTime}, ${parameters.NAME} and, in http, ${secret.NAME}, and for the text itself write ${$}{}
          """)
  void failsAttemptOnUnknownPlaceholder(String text, String message) {
    assertThatThrownBy(() -> PlaceholderFiller.fill(text, context))
        .isInstanceOf(AttemptFailedException.class)
        .hasMessage(message);
  }

  @Test
  void refusesSecretInCommand() {
    assertThatThrownBy(() -> PlaceholderFiller.fillAll(List.of("${secret.db-password}"), context))
        .isInstanceOf(AttemptFailedException.class)
        .hasMessage(
            "unsuited placeholder ${secret.db-password}: only url, headers and body of http may"
                + " have secrets; list 'db-password' in 'secrets' of shell, which sets"
                + " $ORRERY_SECRET_DB_PASSWORD");
  }

  @Test
  void failsAttemptWhoseFilledTextsAreTooLong() {
    String text = "${parameters.region}".repeat(100_000);

    assertThatCode(() -> PlaceholderFiller.fill(text, context)).doesNotThrowAnyException();
    assertThatThrownBy(() -> PlaceholderFiller.fillAll(List.of(text, text), context))
        .isInstanceOf(AttemptFailedException.class)
        .hasMessage("with the parameters filled in, the text has more than 262,144 characters");
    assertThatThrownBy(() -> PlaceholderFiller.fill(text + text, context))
        .isInstanceOf(AttemptFailedException.class);
  }
}
