package dev.orrery.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExpectedStatusTest {
  @ParameterizedTest
  @ValueSource(strings = {"200", "204", "599", "2xx", "3xx", "5xx"})
  void acceptsStatusesAndStatusClasses(String entry) {
    assertThat(ExpectedStatus.isValid(entry)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "100", "1xx", "600", "2XX", "2x", "20x", "200-204", " 200", "2000"})
  void refusesInvalidStatusPatterns(String entry) {
    assertThat(ExpectedStatus.isValid(entry)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"200, true", "299, true", "302, false", "304, true", "305, false", "404, false"})
  void matchesStatusAgainstAnyEntry(int status, boolean expected) {
    assertThat(ExpectedStatus.matches(List.of("304", "2xx"), status)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"200, true", "299, true", "300, false", "500, false"})
  void matchesAllSuccessStatusesWithoutEntries(int status, boolean expected) {
    assertThat(ExpectedStatus.matches(List.of(), status)).isEqualTo(expected);
  }

  @Test
  void detectsRedirectStatusesAmongEntries() {
    assertThat(ExpectedStatus.namesARedirect(List.of("200", "302"))).isTrue();
    assertThat(ExpectedStatus.namesARedirect(List.of("3xx"))).isTrue();
    assertThat(ExpectedStatus.namesARedirect(List.of("2xx"))).isFalse();
  }
}
