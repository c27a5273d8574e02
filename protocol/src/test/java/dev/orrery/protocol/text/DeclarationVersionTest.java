package dev.orrery.protocol.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeclarationVersionTest {
  @ParameterizedTest
  @CsvSource({
    "10, 9",
    "2027-03-28T01:00:00Z, 4711",
    "2027-03-28T01:00:00.002Z, 2027-03-28T01:00:00.001Z",
    "2027-03-28T02:30:00+01:00, 2027-03-28T01:00:00Z",
    "999999999999999999, 2027-03-28T01:00:00Z",
  })
  void ordersVersions(String newer, String older) {
    assertThat(version(newer).isNewerThan(version(older))).isTrue();
    assertThat(version(older).isNewerThan(version(newer))).isFalse();
    assertThat(version(newer)).asString().isEqualTo(newer);
  }

  @ParameterizedTest
  @CsvSource({"7, 007", "2027-03-28T01:00:00Z, 2027-03-28T02:00:00+01:00"})
  void treatsSpellingsOfSameVersionAsEqual(String one, String other) {
    assertThat(version(one).isNewerThan(version(other))).isFalse();
    assertThat(version(other).isNewerThan(version(one))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1.4.2",
        "-1",
        "1000000000000000000",
        "2027-03-28",
        "+12027-03-28T01:00:00Z",
        "2027-13-28T01:00:00Z",
        "2027-03-28T01:00:00.000000000000000000000Z",
      })
  void refusesInvalidVersions(String text) {
    assertThat(DeclarationVersion.parse(text)).isEmpty();
  }

  private static DeclarationVersion version(String text) {
    return DeclarationVersion.parse(text).orElseThrow();
  }
}
