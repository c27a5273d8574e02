package dev.orrery.scheduler.http.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class PageBytesTest {
  @Inject ObjectMapper json;

  /** An item of 100 characters, and the kinds of values that views have. */
  record Item(String text, Instant at, Duration lasted, LocalDate day, Optional<Integer> number) {
    static Item of(String text) {
      return new Item(
          text, Instant.EPOCH, Duration.ofMillis(1500), LocalDate.EPOCH, Optional.of(7));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "\u0001", "\"", "\u20ac", "\ud83d\ude00", "\n"})
  void fillsPageUpToMaximumJsonSize(String character) throws Exception {
    List<Item> items = Collections.nCopies(20_000, Item.of(character.repeat(100)));

    List<Item> fitting = PageBytes.fitting(items);

    int next = fitting.size() + 1;
    assertThat(bytes(fitting)).isBetween(PageBytes.MAX_BYTES * 99 / 100, PageBytes.MAX_BYTES);
    assertThat(bytes(items.subList(0, next)) + 1024).isGreaterThan(PageBytes.MAX_BYTES);
  }

  @Test
  void countsObjectOverheadOfEmptyTexts() throws Exception {
    List<Map<String, String>> items = Collections.nCopies(200_000, Map.of("text", ""));

    assertThat(bytes(PageBytes.fitting(items)))
        .isBetween(PageBytes.MAX_BYTES * 99 / 100, PageBytes.MAX_BYTES);
  }

  @Test
  void includesOversizedItemOnlyAsFirstItemOfPage() {
    String large = "x".repeat(PageBytes.MAX_BYTES);

    assertThat(PageBytes.fitting(List.of("a", large, "b"))).containsExactly("a");
    assertThat(PageBytes.fitting(List.of(large, "a"))).containsExactly(large);
    assertThat(PageBytes.fitting(List.of("a", "b"))).containsExactly("a", "b");
    assertThat(PageBytes.fitting(List.of())).isEmpty();
  }

  @Test
  void returnsCursorForCutPage() {
    PageRows<String> cut = new PageRows<>(List.of("a", "b"), true);
    PageRows<String> whole = new PageRows<>(List.of("a", "b"), false);

    assertThat(Page.of(cut, 5, Function.identity(), Function.identity()))
        .isEqualTo(new Page<>(List.of("a", "b"), "b"));
    assertThat(Page.of(whole, 5, Function.identity(), Function.identity()).next()).isNull();
    assertThat(Page.of(whole, 1, Function.identity(), Function.identity()))
        .isEqualTo(new Page<>(List.of("a"), "a"));
  }

  @Test
  void continuesAfterLastItemOfPageCutBySize() {
    List<Integer> rows = IntStream.range(0, 10).boxed().toList();

    Page<String> page =
        Page.of(rows, 10, row -> row + "x".repeat(PageBytes.MAX_BYTES / 4), row -> "@" + row);

    assertThat(page.items()).hasSize(3);
    assertThat(page.next()).isEqualTo("@2");
  }

  private int bytes(List<?> items) throws Exception {
    return json.writeValueAsBytes(new Page<>(items, "7")).length;
  }
}
