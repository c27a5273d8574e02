package dev.orrery.scheduler.http.rest;

import static dev.orrery.scheduler.base.problem.ProblemAssertions.assertInvalid;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QueryParameterTest {
  @Test
  void acceptsIntegerWithinBounds() {
    assertThat(QueryParameter.integer("limit", null, 100, 1, 500)).isEqualTo(100);
    assertThat(QueryParameter.integer("limit", "1", 100, 1, 500)).isEqualTo(1);
    assertThat(QueryParameter.integer("limit", "500", 100, 1, 500)).isEqualTo(500);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " 5", "0", "501", "-1", "5.0", "five", "99999999999"})
  void refusesIntegerOutOfBoundsOrMalformed(String text) {
    assertInvalid("limit", () -> QueryParameter.integer("limit", text, 100, 1, 500))
        .hasMessageContaining("'limit' must be a whole number from 1 to 500");
  }

  @Test
  void parsesPageCursor() {
    assertThat(QueryParameter.cursor(null, 7)).isEqualTo(7);
    assertThat(QueryParameter.cursor("0", 7)).isZero();
    assertThat(QueryParameter.cursor("251615015365247056", 7)).isEqualTo(251615015365247056L);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "-9223372036854775808", "9223372036854775808", "x", "1.0"})
  void refusesInvalidPageCursor(String text) {
    assertInvalid("after", () -> QueryParameter.cursor(text, 7));
  }

  @Test
  void parsesInstantWithOffset() {
    assertThat(QueryParameter.instant("from", null)).isNull();
    assertThat(QueryParameter.instant("from", "2027-01-01T01:00:00+01:00"))
        .isEqualTo(Instant.parse("2027-01-01T00:00:00Z"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "now",
        "+999999999-12-31T23:59:59Z",
        "1969-12-31T23:59:59Z",
        "2027-01-01",
        "2027-01-01T00:00:00",
        "2027-01-01T00:00:00 01:00"
      })
  void refusesInvalidInstant(String text) {
    assertInvalid("from", () -> QueryParameter.instant("from", text));
  }
}
