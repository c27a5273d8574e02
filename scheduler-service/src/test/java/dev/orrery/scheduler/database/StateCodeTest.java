package dev.orrery.scheduler.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

/** Names of states in the text of statements. */
class StateCodeTest {
  @Test
  void nameIsReplacedByItsCode() {
    assertThat(StateCode.resolve("where state in (:READY, :TIMED_OUT) and not limited"))
        .isEqualTo("where state in (1, 12) and not limited");
  }

  @Test
  void castIsNoName() {
    assertThat(StateCode.resolve("state::integer = :RUNNING and a::TEXT = ?"))
        .isEqualTo("state::integer = 3 and a::TEXT = ?");
  }

  @Test
  void unknownNameIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> StateCode.resolve("state = :REDY"))
        .withMessageContaining("REDY");
  }

  @Test
  void codesOfAnotherTableHaveNamesOfTheirOwn() {
    assertThat(StateCode.resolve("state = :READY", String::length)).isEqualTo("state = 5");
  }
}
