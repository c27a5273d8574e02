package dev.orrery.scheduler.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class PageBytesTest {
  @Test
  void itemsFitUpToTheOneThatPassesTheBound() {
    List<Integer> items = List.of(PageBytes.MAX - 1, 2, 3);

    assertThat(PageBytes.fitting(items, Integer::longValue)).hasSize(2);
    assertThat(PageBytes.fitting(List.of(PageBytes.MAX, 1), Integer::longValue)).hasSize(1);
    assertThat(PageBytes.fitting(List.of(1, 2, 3), Integer::longValue)).hasSize(3);
    assertThat(PageBytes.fitting(List.<Integer>of(), Integer::longValue)).isEmpty();
  }

  @Test
  void cutPageHasANextOne() {
    PageRows<String> cut = new PageRows<>(List.of("a", "b"), true);
    PageRows<String> whole = new PageRows<>(List.of("a", "b"), false);

    assertThat(Page.of(cut, 5, Function.identity(), Function.identity()))
        .isEqualTo(new Page<>(List.of("a", "b"), "b"));
    assertThat(Page.of(whole, 5, Function.identity(), Function.identity()).next()).isNull();
    assertThat(Page.of(whole, 1, Function.identity(), Function.identity()))
        .isEqualTo(new Page<>(List.of("a"), "a"));
  }
}
