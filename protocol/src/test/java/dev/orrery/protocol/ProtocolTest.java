package dev.orrery.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProtocolTest {
  @ParameterizedTest
  @CsvSource(
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "http,HTTP",
        "HTTP,HTTP",
        "hTtP,HTTP",
        " Http ,HTTP",
        "\thttp ,HTTP",
        "akka,AKKA",
        "AKKA,AKKA",
        "Akka,AKKA",
        " akka,AKKA"
      })
  void parsesNameInAnyCaseWithSurroundingBlanks(String spelling, Protocol protocol) {
    assertThat(Protocol.parse(spelling)).isEqualTo(protocol);
  }

  @ParameterizedTest
  @ValueSource(strings = {"grpc", "http2", "ht tp", "http,akka", "http:", "AK\u212AA"})
  void refusesUnknownNameAndListsValidNames(String name) {
    assertThatThrownBy(() -> Protocol.parse(name))
        .isInstanceOf(UnknownNameException.class)
        .hasMessage("Unknown protocol '" + name + "'. Valid names: http, akka.");
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", " ", "\t"})
  void refusesMissingNameAndListsValidNames(String name) {
    assertThatThrownBy(() -> Protocol.parse(name))
        .isInstanceOf(UnknownNameException.class)
        .hasMessage("No protocol is named. Valid names: http, akka.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "http|HTTP",
        "http,akka|HTTP AKKA",
        "akka,http|AKKA HTTP",
        " HTTP , Akka |HTTP AKKA",
        "http,|HTTP",
        "http, |HTTP",
        "http , akka ,|HTTP AKKA",
        "akka,http,AKKA|AKKA HTTP"
      })
  void parsesListInOrderWithoutDuplicates(String names, String expected) {
    List<Protocol> protocols = Arrays.stream(expected.split(" ")).map(Protocol::valueOf).toList();

    assertThat(Protocol.parseList(names)).isEqualTo(protocols);
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", "  ", ",", " , ", ",http", "http,,", "http,,akka"})
  void refusesListWithEmptyEntry(String names) {
    assertThatThrownBy(() -> Protocol.parseList(names))
        .isInstanceOf(UnknownNameException.class)
        .hasMessageStartingWith("No protocol is named.");
  }

  @Test
  void refusesListAndNamesTheUnknownEntry() {
    assertThatThrownBy(() -> Protocol.parseList("http,htpp"))
        .isInstanceOf(UnknownNameException.class)
        .hasMessageContaining("'htpp'");
  }

  @Test
  void acceptsMuOfPowerJobOnly() {
    assertThat(Protocol.parseList(Dialect.POWERJOB, " mU ,HTTP"))
        .containsExactly(Protocol.MU, Protocol.HTTP);
    assertThatThrownBy(() -> Protocol.parseList("http,mu"))
        .isInstanceOf(UnknownNameException.class)
        .hasMessageContaining("'mu'")
        .hasMessageContaining("Valid names: http, akka.");
  }

  @Test
  void fitsMaximumCharactersIntoMaximumBytesWhenEscaped() {
    for (Protocol protocol : Protocol.values()) {
      int escaped = 6 * protocol.maxMessageCharacters();

      assertThat(escaped).isBetween(protocol.maxMessageBytes() / 2, protocol.maxMessageBytes());
    }
  }

  @Test
  void parsesNamesInTurkishLocale() {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("tr-TR"));
    try {
      assertThat(Protocol.parseList("http,akka")).containsExactly(Protocol.HTTP, Protocol.AKKA);
      assertThat(Protocol.HTTP.canonicalName()).isEqualTo("http");
      assertThat(Dialect.parse("orrery")).isEqualTo(Dialect.ORRERY);
      assertThat(Dialect.ORRERY.canonicalName()).isEqualTo("orrery");
    } finally {
      Locale.setDefault(before);
    }
  }
}
