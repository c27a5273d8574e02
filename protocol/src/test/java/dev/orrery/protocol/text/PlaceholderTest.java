package dev.orrery.protocol.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlaceholderTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "$5",
        "$(date)",
        "${fireTime}",
        "in ${parameters.a.b} at ${fireTime}",
        "${$}{HOME} costs ${$}5 or ${$}${parameters.price}",
        "${open"
      })
  void acceptsKnownPlaceholdersAndPlainText(String text) {
    assertThat(Placeholder.firstUnknown(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "${parameter.name}, parameter.name",
    "${fireTime} ${HOME} ${USER}, HOME",
    "${}, ''",
    "${$$}, $$",
    "$${x}, x",
    "${parameters.}, parameters.",
    "${parameters.x:-none}, parameters.x:-none",
    "${parameters.x|upper}, parameters.x|upper",
    "${parameters. x}, 'parameters. x'",
    "${parameters.a b}, parameters.a b",
    "${parameters...}, parameters...",
    "${ fireTime }, ' fireTime '"
  })
  void namesFirstUnknownPlaceholder(String text, String name) {
    assertThat(Placeholder.firstUnknown(text)).contains(name);
  }

  @Test
  void acceptsSecretsOnlyInRequests() {
    String text = "Bearer ${secret.ledger-token}${secret.a.b} ${fireTime} ${$}{secret.c}";

    assertThat(Placeholder.firstUnknownOfRequest(text)).isEmpty();
    assertThat(Placeholder.secrets(text)).containsExactly("ledger-token", "a.b");
    assertThat(Placeholder.firstUnknown(text)).contains("secret.ledger-token");
    assertThat(Placeholder.unknown("secret.ledger-token"))
        .isEqualTo(
            "unsuited placeholder ${secret.ledger-token}: only url, headers and body of http may"
                + " have secrets; list 'ledger-token' in 'secrets' of shell, which sets"
                + " $ORRERY_SECRET_LEDGER_TOKEN");
    assertThat(Placeholder.firstUnknownOfRequest("${secret.a b}")).contains("secret.a b");
    assertThat(Placeholder.unknown("secret.a b")).contains("NAME must be 1 to 100 characters");
  }

  @Test
  void explainsWhereToSetParameterDefault() {
    assertThat(Placeholder.unknown("parameters.x:-none"))
        .startsWith("unknown placeholder ${parameters.x:-none}; known are")
        .contains("a default is a parameter of the job");
  }
}
