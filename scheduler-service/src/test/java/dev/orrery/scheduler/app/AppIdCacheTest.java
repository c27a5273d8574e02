package dev.orrery.scheduler.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AppIdCacheTest {
  private final AppIdCache cache = new AppIdCache(Duration.ofHours(1), 10);

  @Test
  void databaseIsAskedOnceUntilAllIsForgotten() {
    assertThat(cache.get("a", name -> Optional.of(1))).contains(1);
    assertThat(cache.get("a", name -> fail("asked again"))).contains(1);
    assertThat(cache.remembered("a")).contains(1);

    cache.forget();

    assertThat(cache.remembered("a")).isEmpty();
    assertThat(cache.get("a", name -> Optional.of(2))).contains(2);
  }

  @Test
  void unknownNameIsNotRemembered() {
    assertThat(cache.get("a", name -> Optional.empty())).isEmpty();
    assertThat(cache.get("a", name -> Optional.of(1))).contains(1);
  }

  @Test
  void databaseIsAskedForNamesThatAreNotRemembered() {
    cache.get("a", name -> Optional.of(1));

    Map<String, Integer> ids =
        cache.getAll(
            Set.of("a", "b", "c"),
            names -> {
              assertThat(names).containsExactlyInAnyOrder("b", "c");
              return Map.of("b", 2);
            });

    assertThat(ids).isEqualTo(Map.of("a", 1, "b", 2));
    assertThat(cache.remembered("b")).contains(2);
    assertThat(cache.remembered("c")).isEmpty();
  }

  /** The app is deleted between the query and its end. */
  @Test
  void answerFromBeforeAllWasForgottenIsNotKept() {
    Optional<Integer> answer =
        cache.get(
            "a",
            name -> {
              cache.forget();
              return Optional.of(1);
            });

    assertThat(answer).contains(1);
    assertThat(cache.remembered("a")).isEmpty();
  }
}
