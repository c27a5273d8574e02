package dev.orrery.scheduler.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
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
          SCHEDULED | 0  | WAITING   | false | READY BLOCKED CANCELED
          READY     | 1  | WAITING   | false | RUNNING BLOCKED CANCELED
          BLOCKED   | 2  | WAITING   | false | READY SCHEDULED CANCELED
          RUNNING   | 3  | RUNNING   | false | SCHEDULED READY BLOCKED SUCCEEDED FAILED TIMED_OUT CANCELED
          SUCCEEDED | 10 | SUCCEEDED | true  |
          FAILED    | 11 | FAILED    | true  |
          TIMED_OUT | 12 | TIMED_OUT | true  |
          CANCELED  | 13 | CANCELED  | true  |
          SKIPPED   | 14 | SKIPPED   | true  |
          """)
  void tableOfTransitions(
      InstanceState state, int code, String publicName, boolean terminal, String following) {
    Set<InstanceState> mayBecome =
        following == null
            ? Set.of()
            : Arrays.stream(following.split(" "))
                .map(InstanceState::valueOf)
                .collect(Collectors.toSet());

    assertThat(state.code()).isEqualTo(code);
    assertThat(state.publicName()).isEqualTo(publicName);
    assertThat(state.isTerminal()).isEqualTo(terminal);
    assertThat(state.mayBecome()).isEqualTo(mayBecome);
  }

  @ParameterizedTest
  @EnumSource
  void stateIsReadBackByItsCode(InstanceState state) {
    assertThat(InstanceState.ofCode(state.code())).isEqualTo(state);
  }

  @Test
  void codesAreUnique() {
    assertThat(InstanceState.values()).extracting(InstanceState::code).doesNotHaveDuplicates();
  }

  @Test
  void unknownCodeIsAFaultAndNotSomeState() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> InstanceState.ofCode(4))
        .withMessageContaining("4");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          WAITING   | SCHEDULED READY BLOCKED
          RUNNING   | RUNNING
          SKIPPED   | SKIPPED
          waiting   |
          SCHEDULED |
          """)
  void publicNameStandsForAllItsStates(String publicName, String states) {
    Set<String> expected = states == null ? Set.of() : Set.of(states.split(" "));

    assertThat(InstanceState.ofPublicName(publicName))
        .extracting(InstanceState::name)
        .containsExactlyInAnyOrderElementsOf(expected);
  }
}
