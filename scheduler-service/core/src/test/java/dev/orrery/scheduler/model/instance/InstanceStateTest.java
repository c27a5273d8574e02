package dev.orrery.scheduler.model.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class InstanceStateTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          SCHEDULED | 0  | WAITING   | false
          READY     | 1  | WAITING   | false
          BLOCKED   | 2  | WAITING   | false
          RUNNING   | 3  | RUNNING   | false
          AWAITING  | 4  | RUNNING   | false
          SUCCEEDED | 10 | SUCCEEDED | true
          FAILED    | 11 | FAILED    | true
          TIMED_OUT | 12 | TIMED_OUT | true
          CANCELED  | 13 | CANCELED  | true
          SKIPPED   | 14 | SKIPPED   | true
          """)
  void definesCodePublicNameAndTerminalFlagOfStates(
      InstanceState state, int code, String publicName, boolean terminal) {
    assertThat(state.code()).isEqualTo(code);
    assertThat(state.publicName()).isEqualTo(publicName);
    assertThat(state.isTerminal()).isEqualTo(terminal);
  }

  @ParameterizedTest
  @EnumSource
  void allowsCancelOfNonTerminalStatesOnly(InstanceState state) {
    if (state.isTerminal()) {
      assertThat(InstanceTransitions.after(state)).isEmpty();
    } else {
      assertThat(InstanceTransitions.after(state)).contains(InstanceState.CANCELED);
    }
  }

  @ParameterizedTest
  @EnumSource
  void resolvesStateByCode(InstanceState state) {
    assertThat(InstanceState.ofCode(state.code())).isEqualTo(state);
  }

  @Test
  void definesUniqueStateCodes() {
    assertThat(InstanceState.values()).extracting(InstanceState::code).doesNotHaveDuplicates();
  }

  @Test
  void refusesUnknownStateCode() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> InstanceState.ofCode(5))
        .withMessageContaining("5");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          WAITING   | SCHEDULED READY BLOCKED
          RUNNING   | RUNNING AWAITING
          SKIPPED   | SKIPPED
          waiting   |
          SCHEDULED |
          """)
  void resolvesPublicNameToAllStates(String publicName, String states) {
    Set<String> expected = states == null ? Set.of() : Set.of(states.split(" "));

    assertThat(InstanceState.ofPublicName(publicName))
        .extracting(InstanceState::name)
        .containsExactlyInAnyOrderElementsOf(expected);
  }
}
