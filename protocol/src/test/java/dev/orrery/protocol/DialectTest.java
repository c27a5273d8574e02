package dev.orrery.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class DialectTest {
  @ParameterizedTest
  @ValueSource(strings = {"orrery", "ORRERY", " Orrery\n"})
  void parsesNameInAnyCaseWithSurroundingBlanks(String spelling) {
    assertThat(Dialect.parse(spelling)).isEqualTo(Dialect.ORRERY);
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", " ", "orrery2", "xxl"})
  void refusesUnknownNameAndListsValidNames(String name) {
    assertThatThrownBy(() -> Dialect.parse(name))
        .isInstanceOf(UnknownNameException.class)
        .hasMessageContaining("dialect")
        .hasMessageContaining("Valid names: orrery");
  }
}
