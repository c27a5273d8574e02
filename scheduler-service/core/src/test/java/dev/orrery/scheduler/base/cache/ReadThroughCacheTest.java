package dev.orrery.scheduler.base.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import dev.orrery.scheduler.base.time.SettableTicker;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReadThroughCacheTest {
  private static final Duration KEPT = Duration.ofSeconds(3);

  private final IllegalStateException failure = new IllegalStateException("no");
  private final SettableTicker ticker = new SettableTicker();
  private final ReadThroughCache<String, String> cache = new ReadThroughCache<>(KEPT, 10, ticker);
  private final AtomicInteger reads = new AtomicInteger();

  private String get(String key) {
    return cache.get(key, missing -> missing + reads.incrementAndGet());
  }

  @Test
  void rereadsExpiredValue() {
    assertThat(get("a")).isEqualTo("a1");
    ticker.advance(Duration.ofMillis(2999));
    assertThat(get("a")).isEqualTo("a1");
    assertThat(cache.age("a")).contains(Duration.ofMillis(2999));
    ticker.advance(Duration.ofMillis(1));
    assertThat(cache.getIfPresent("a")).isNull();
    assertThat(cache.age("a")).isEmpty();
    assertThat(get("a")).isEqualTo("a2");
  }

  @Test
  void startsLifetimeAtEndOfRead() {
    cache.get(
        "a",
        key -> {
          ticker.advance(Duration.ofMinutes(1));
          return "slow";
        });
    ticker.advance(Duration.ofMillis(2999));

    assertThat(get("a")).isEqualTo("slow");
  }

  @Test
  void derivesLifetimeFromDurationOfRead() {
    ReadThroughCache<String, String> byTime =
        new ReadThroughCache<>(taken -> KEPT.minus(taken), 10, (key, value) -> 1, ticker);
    byTime.get("a", key -> after(2, "two seconds"));
    byTime.get("b", key -> after(3, "three seconds"));

    assertThat(byTime.getIfPresent("a")).as("ended three seconds ago").isNull();
    assertThat(byTime.getIfPresent("b")).as("has no time left").isNull();
    byTime.get("a", key -> after(2, "two seconds"));
    assertThat(byTime.getIfPresent("a")).isEqualTo("two seconds");
  }

  private String after(int seconds, String value) {
    ticker.advance(Duration.ofSeconds(seconds));
    return value;
  }

  @Test
  void readsEachKeySeparately() {
    assertThat(get("a")).isEqualTo("a1");
    assertThat(get("b")).isEqualTo("b2");
  }

  @Test
  void throwsFailureWithoutCachingIt() {
    assertThatThrownBy(() -> cache.get("a", this::failing)).isSameAs(failure);
    assertThatThrownBy(
            () -> cache.readAll(List.of("a"), keys -> Map.of("a", failing(keys.toString()))))
        .isSameAs(failure);

    assertThat(cache.getIfPresent("a")).isNull();
    assertThat(get("a")).isEqualTo("a1");
  }

  private String failing(String key) {
    throw failure;
  }

  @Test
  void keepsCachedValuesWhenBulkReadFails() {
    get("a");
    assertThatThrownBy(
            () -> cache.readAll(List.of("a"), keys -> Map.of("a", failing(keys.toString()))))
        .isSameAs(failure);

    assertThat(cache.getIfPresent("a")).isEqualTo("a1");
  }

  @Test
  void sharesReadBetweenConcurrentCallers() throws Exception {
    CountDownLatch reading = new CountDownLatch(1);
    CompletableFuture<String> result = new CompletableFuture<>();
    CompletableFuture<String> first =
        CompletableFuture.supplyAsync(
            () ->
                cache.get(
                    "a",
                    key -> {
                      reading.countDown();
                      return result.join();
                    }));
    assertThat(reading.await(10, TimeUnit.SECONDS)).isTrue();
    CompletableFuture<String> second = CompletableFuture.supplyAsync(() -> get("a"));
    assertThat(cache.getIfPresent("a")).as("does not wait").isNull();
    result.complete("shared");

    assertThat(first.get(10, TimeUnit.SECONDS)).isEqualTo("shared");
    assertThat(second.get(10, TimeUnit.SECONDS)).isEqualTo("shared");
    assertThat(reads).hasValue(0);
  }

  @Test
  void sharesReadInFlightBeyondValueLifetime() {
    CompletableFuture<String> result = new CompletableFuture<>();
    CompletableFuture<String> first = cache.start("a", key -> result);
    ticker.advance(Duration.ofDays(1));
    CompletableFuture<String> second = cache.start("a", key -> fail("read again"));

    assertThat(second).isNotDone();
    result.complete("late");

    assertThat(first).isCompletedWithValue("late");
    assertThat(second).isCompletedWithValue("late");
    assertThat(cache.getIfPresent("a")).isEqualTo("late");
  }

  @Test
  void discardsValueReadBeforeItsKeyWasForgotten() {
    assertThat(cache.get("a", key -> forgettingBeforeItReturns("old", () -> cache.forget("a"))))
        .isEqualTo("old");
    assertThat(cache.getIfPresent("a")).isNull();

    cache.get("a", key -> forgettingBeforeItReturns("old", cache::forgetAll));
    assertThat(cache.getIfPresent("a")).isNull();
  }

  private static <T> T forgettingBeforeItReturns(T read, Runnable forget) {
    forget.run();
    return read;
  }

  @Test
  void keepsValueWhoseReadStartedAfterKeyWasForgotten() {
    CompletableFuture<String> old = new CompletableFuture<>();
    var unused = cache.start("a", key -> old);
    cache.forget("a");
    assertThat(get("a")).isEqualTo("a1");
    old.complete("old");

    assertThat(cache.getIfPresent("a")).isEqualTo("a1");
  }

  @Test
  void keepsValueRereadDuringBulkRead() {
    get("a");
    Map<String, String> read =
        cache.readAll(
            List.of("a"),
            keys -> {
              cache.forget("a");
              cache.get("a", key -> "a1");
              return Map.of("a", "old");
            });

    assertThat(read).isEqualTo(Map.of("a", "old"));
    assertThat(cache.getIfPresent("a")).isEqualTo("a1");
  }

  @Test
  void discardsBulkReadStartedBeforeKeysWereForgotten() {
    get("known");
    Set<String> keys = Set.of("known", "unknown");
    for (Runnable forget :
        List.<Runnable>of(
            cache::forgetAll,
            () -> {
              cache.forget("known");
              cache.forget("unknown");
            })) {
      cache.readAll(
          keys,
          asked -> forgettingBeforeItReturns(Map.of("known", "old", "unknown", "old"), forget));

      assertThat(cache.getIfPresent("known")).isNull();
      assertThat(cache.getIfPresent("unknown")).isNull();
      get("known");
    }
  }

  @Test
  void forgetsOnlyGivenKey() {
    get("a");
    get("b");
    cache.forget("a");

    assertThat(cache.getIfPresent("a")).isNull();
    assertThat(cache.getIfPresent("b")).isEqualTo("b2");
    cache.forgetAll();
    assertThat(cache.getIfPresent("b")).isNull();
  }

  @Test
  void returnsCachedValueDuringBulkRead() {
    get("a");
    get("gone");
    cache.readAll(
        List.of("a", "gone"),
        keys -> {
          assertThat(cache.getIfPresent("a")).isEqualTo("a1");
          assertThat(get("a")).as("waits for no one").isEqualTo("a1");
          return Map.of("a", "new");
        });

    assertThat(cache.getIfPresent("a")).isEqualTo("new");
    assertThat(cache.getIfPresent("gone")).isNull();
  }

  @Test
  void answersCallersOfSingleKeyFromBulkRead() {
    CompletableFuture<CompletableFuture<String>> waiting = new CompletableFuture<>();
    cache.readAll(
        List.of("a"),
        keys -> {
          waiting.complete(cache.start("a", key -> fail("read twice")));
          return Map.of("a", "read");
        });

    assertThat(waiting.join()).isCompletedWithValue("read");
  }

  @Test
  void limitsCachedValues() {
    ReadThroughCache<Integer, String> bounded =
        new ReadThroughCache<>(taken -> KEPT, 1_000, (key, value) -> value.length(), ticker);
    for (int key = 0; key < 10_000; key++) {
      bounded.get(key, missing -> "x".repeat(100));
    }

    // Caffeine removes in the background, at most some hundreds of values later.
    assertThat(IntStream.range(0, 10_000).filter(key -> bounded.getIfPresent(key) != null).count())
        .isLessThan(2_000);
  }
}
