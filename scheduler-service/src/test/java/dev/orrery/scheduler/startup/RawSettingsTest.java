package dev.orrery.scheduler.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.protocol.startup.Refusal;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class RawSettingsTest {
  private final Map<String, String> values = new HashMap<>();
  private final RawSettings settings = new RawSettings(values::get);

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"http", "HTTP", " Http ", "http,", "http, http"})
  void httpMayBeActiveInAnySpelling(String active) {
    values.put("orrery.protocols.active", active);

    assertThatCode(settings::check).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          ""        | orrery.protocols.active='': No protocol is named. Valid names: http, akka.
          " "       | orrery.protocols.active=' ': No protocol is named. Valid names: http, akka.
          ","       | orrery.protocols.active=',': No protocol is named. Valid names: http, akka.
          grpc      | orrery.protocols.active='grpc': Unknown protocol 'grpc'. Valid names: http, akka.
          http,htpp | orrery.protocols.active='http,htpp': Unknown protocol 'htpp'. Valid names: http, akka.
          akka      | orrery.protocols.active names akka, which this build does not contain. Set orrery.protocols.active=http.
          http,AKKA | orrery.protocols.active names akka, which this build does not contain. Set orrery.protocols.active=http.
          """)
  void otherActiveProtocolsAreRefused(String active, String message) {
    values.put("orrery.protocols.active", active);

    assertRefused(message);
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"http", " HTTP "})
  void mainProtocolIsOneOfTheActive(String main) {
    values.put("orrery.protocols.main", main);

    assertThatCode(settings::check).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          ""        | orrery.protocols.main='': No protocol is named. Valid names: http, akka.
          grpc      | orrery.protocols.main='grpc': Unknown protocol 'grpc'. Valid names: http, akka.
          http,akka | orrery.protocols.main='http,akka' names several protocols; set exactly one.
          "http,"   | orrery.protocols.main='http,' names several protocols; set exactly one.
          http,http | orrery.protocols.main='http,http' names several protocols; set exactly one.
          akka      | orrery.protocols.main=akka is not among the active protocols (orrery.protocols.active=http). Add it there, or set orrery.protocols.main to one of them.
          """)
  void otherMainProtocolIsRefused(String main, String message) {
    values.put("orrery.protocols.main", main);

    assertRefused(message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "change-me-to-32-random-characters",
        " change-me-to-32-random-characters\n",
        "YOUR-ADMIN-TOKEN"
      })
  void exampleOfTheDocumentationIsNoToken(String token) {
    values.put("orrery.security.admin-token", token);

    assertThatThrownBy(settings::check)
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("orrery.security.admin-token is an example value")
        .hasMessageContaining("openssl rand -hex 32");
  }

  @Test
  void tokenOfOnesOwnIsTaken() {
    values.put("orrery.security.admin-token", "0d6f");

    assertThatCode(settings::check).doesNotThrowAnyException();
    assertThatCode(settings::requireAdminToken).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", "  "})
  void externalDatabaseNeedsAToken(String token) {
    values.put("orrery.security.admin-token", token);

    assertThatThrownBy(settings::requireAdminToken)
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("orrery.security.admin-token")
        .hasMessageContaining("ORRERY_SECURITY_ADMIN_TOKEN");
  }

  @Test
  void blankValueIsAbsentAndOthersAreStripped() {
    values.put("blank", " \t");
    values.put("padded", " x ");

    assertThat(settings.get("absent")).isNull();
    assertThat(settings.get("blank")).isNull();
    assertThat(settings.get("padded")).isEqualTo("x");
  }

  private void assertRefused(String message) {
    assertThatThrownBy(settings::check).isInstanceOf(Refusal.class).hasMessage(message);
  }
}
