package dev.orrery.scheduler.rest;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import dev.orrery.scheduler.time.Ticker;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import java.util.function.ToIntBiFunction;
import java.util.function.ToIntFunction;

/**
 * Answers that callers share for a limited time. Of callers with the same question at the same
 * time, one computes the answer and the others wait for it. A failure is not kept.
 */
public final class SharedAnswer<K, V> {
  private final ConcurrentMap<K, CompletableFuture<V>> answers;

  private SharedAnswer(ConcurrentMap<K, CompletableFuture<V>> answers) {
    this.answers = answers;
  }

  /**
   * @param kept time for which an answer is shared, from the start of its computation
   * @param bound the most answers that are kept
   */
  public SharedAnswer(Duration kept, int bound, Ticker ticker) {
    this(kept, bound, question -> 1, ticker);
  }

  /**
   * @param kept time for which an answer is shared, from the start of its computation
   * @param bound the largest total weight of the answers that are kept
   * @param weight the largest possible weight of the answer to a question, because an answer is
   *     kept before it is computed
   */
  public SharedAnswer(Duration kept, int bound, ToIntFunction<K> weight, Ticker ticker) {
    Cache<K, CompletableFuture<V>> cache =
        Caffeine.newBuilder()
            .expireAfterWrite(kept)
            .maximumWeight(bound)
            .weigher((K question, CompletableFuture<V> answer) -> weight.applyAsInt(question))
            .ticker(ticker::nanos)
            .build();
    this.answers = cache.asMap();
  }

  /**
   * Returns a cache for answers of very different sizes.
   *
   * @param kept time for which an answer is shared, from the end of its computation
   * @param bound the largest sum of the sizes of all answers that are kept
   * @param size of a question with its answer
   */
  public static <K, V> SharedAnswer<K, V> ofSizes(
      Duration kept, long bound, ToIntBiFunction<K, V> size, Ticker ticker) {
    return ofCosts(answer -> kept, bound, size, ticker);
  }

  /**
   * Returns a cache for answers of which some cost much more than others.
   *
   * @param kept time for which an answer is shared, from the end of its computation
   * @param bound the largest sum of the sizes of all answers that are kept
   * @param size of a question with its answer
   */
  public static <K, V> SharedAnswer<K, V> ofCosts(
      Function<V, Duration> kept, long bound, ToIntBiFunction<K, V> size, Ticker ticker) {
    AsyncCache<K, V> cache =
        Caffeine.newBuilder()
            .expireAfter(Expiry.<K, V>creating((question, answer) -> kept.apply(answer)))
            .maximumWeight(bound)
            .<K, V>weigher(size::applyAsInt)
            .ticker(ticker::nanos)
            .buildAsync();
    return new SharedAnswer<>(cache.asMap());
  }

  /**
   * @param compute blocks; runs on the thread of the caller
   */
  public V get(K question, Function<K, V> compute) {
    CompletableFuture<V> own = new CompletableFuture<>();
    CompletableFuture<V> other = answers.putIfAbsent(question, own);
    if (other != null) {
      return await(other);
    }
    try {
      own.complete(compute.apply(question));
    } catch (RuntimeException | Error e) {
      answers.remove(question, own);
      own.completeExceptionally(e);
    }
    return await(own);
  }

  private static <V> V await(CompletableFuture<V> answer) {
    try {
      return answer.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }
}
