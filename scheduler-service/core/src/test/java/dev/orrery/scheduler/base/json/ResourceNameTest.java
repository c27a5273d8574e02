package dev.orrery.scheduler.base.json;

import static dev.orrery.scheduler.base.problem.ProblemAssertions.assertInvalid;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResourceNameTest {
  @ParameterizedTest
  @ValueSource(strings = {"a", "A.b_c-9", "0", "-", "..."})
  void acceptsLettersDigitsDotsUnderscoresAndHyphensInName(String name) {
    assertThat(ResourceName.isValid(name)).isTrue();
    assertThat(ResourceName.require("app", name)).isEqualTo(name);
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", " ", "a b", "a\n", "a/b", "ä", "a:b", "a\0", ".", ".."})
  void refusesInvalidNames(String name) {
    assertThat(ResourceName.isValid(name)).isFalse();
    assertInvalid("app", () -> ResourceName.require("app", name)).hasMessageContaining("'app'");
  }

  @Test
  void limitsNameTo100Characters() {
    assertThat(ResourceName.isValid("x".repeat(100))).isTrue();
    assertThat(ResourceName.isValid("x".repeat(101))).isFalse();
  }
}
