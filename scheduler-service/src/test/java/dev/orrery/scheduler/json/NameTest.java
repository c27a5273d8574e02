package dev.orrery.scheduler.json;

import static dev.orrery.scheduler.problem.ProblemAssertions.assertInvalid;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class NameTest {
  @ParameterizedTest
  @ValueSource(strings = {"a", "A.b_c-9", "0", "-", "..."})
  void nameIsMadeOfLettersDigitsAndThreeMarks(String name) {
    assertThat(Name.isValid(name)).isTrue();
    assertThat(Name.require("app", name)).isEqualTo(name);
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", " ", "a b", "a\n", "a/b", "ä", "a:b", "a\0", ".", ".."})
  void anythingElseIsInvalid(String name) {
    assertThat(Name.isValid(name)).isFalse();
    assertInvalid("app", () -> Name.require("app", name)).hasMessageContaining("'app'");
  }

  @Test
  void nameHasAtMostAHundredCharacters() {
    assertThat(Name.isValid("x".repeat(100))).isTrue();
    assertThat(Name.isValid("x".repeat(101))).isFalse();
  }
}
