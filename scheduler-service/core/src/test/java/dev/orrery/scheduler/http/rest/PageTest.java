package dev.orrery.scheduler.http.rest;

import static dev.orrery.scheduler.base.problem.ProblemAssertions.assertInvalid;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageTest {
  @Test
  void returnsNoCursorForLastPage() {
    assertThat(page(List.of())).isEqualTo(new Page<>(List.of(), null));
    assertThat(page(List.of(1, 2, 3))).isEqualTo(new Page<>(List.of("#1", "#2", "#3"), null));
  }

  @Test
  void returnsCursorWhenMoreRowsThanLimitExist() {
    assertThat(page(List.of(1, 2, 3, 4))).isEqualTo(new Page<>(List.of("#1", "#2", "#3"), "@3"));
  }

  @Test
  void defaultsPageLimitTo100() {
    assertThat(Page.limit(null)).isEqualTo(100);
    assertThat(Page.limit("1")).isEqualTo(1);
    assertThat(Page.limit("500")).isEqualTo(500);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "501", "-1", "all", ""})
  void refusesPageLimitOutside1To500(String limit) {
    assertInvalid("limit", () -> Page.limit(limit));
  }

  private static Page<String> page(List<Integer> rows) {
    return Page.of(rows, 3, row -> "#" + row, row -> "@" + row);
  }
}
