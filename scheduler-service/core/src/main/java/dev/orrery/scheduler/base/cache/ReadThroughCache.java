package dev.orrery.scheduler.base.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import dev.orrery.scheduler.base.time.Ticker;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import java.util.function.ToIntBiFunction;
import java.util.function.UnaryOperator;

/**
 * A cache that reads missing values. A failure is not cached, and neither is a value whose read
 * began before its key was forgotten.
 *
 * <p>A read has an entry as soon as it starts, and its result replaces exactly this entry. If the
 * key is forgotten during the read, the result goes only to the callers that wait for it.
 */
public final class ReadThroughCache<K, V> {
  /** The time for which a read in flight is kept. */
  private static final Duration UNTIL_ITS_END = Duration.ofNanos(Long.MAX_VALUE);

  private final ConcurrentMap<K, Entry<V>> entries;
  private final UnaryOperator<Duration> kept;
  private final Ticker ticker;

  /**
   * @param kept time for which a value is kept, from the end of its read
   * @param bound the most values that are kept
   */
  public ReadThroughCache(Duration kept, int bound, Ticker ticker) {
    this(taken -> kept, bound, (key, value) -> 1, ticker);
  }

  /**
   * @param kept time for which a value is kept, from the end of its read, by the time that the read
   *     took
   * @param bound the largest sum of the weights of all values that are kept
   * @param weight of a key with its value, at least 1
   */
  public ReadThroughCache(
      UnaryOperator<Duration> kept, long bound, ToIntBiFunction<K, V> weight, Ticker ticker) {
    Cache<K, Entry<V>> cache =
        Caffeine.newBuilder()
            .expireAfter(
                Expiry.<K, Entry<V>>writing(
                    (key, entry) -> entry instanceof Known<V> known ? known.kept : UNTIL_ITS_END))
            .maximumWeight(bound)
            .<K, Entry<V>>weigher(
                (key, entry) ->
                    entry instanceof Known<V> known ? weight.applyAsInt(key, known.value) : 0)
            .ticker(ticker::nanos)
            .build();
    this.entries = cache.asMap();
    this.kept = kept;
    this.ticker = ticker;
  }

  /** A read, in flight or ended; equal to itself only. */
  private sealed interface Entry<V> {}

  private static final class Reading<V> extends CompletableFuture<V> implements Entry<V> {}

  private static final class Known<V> implements Entry<V> {
    private final V value;
    private final Duration kept;
    private final long readAtNanos;

    private Known(V value, Duration kept, long readAtNanos) {
      this.value = value;
      this.kept = kept;
      this.readAtNanos = readAtNanos;
    }
  }

  /** Returns the value if it is cached, and null otherwise; never blocks. */
  public V getIfPresent(K key) {
    return entries.get(key) instanceof Known<V> known ? known.value : null;
  }

  /** Returns how long the value has been cached; empty if it is not. */
  public Optional<Duration> age(K key) {
    return entries.get(key) instanceof Known<V> known
        ? Optional.of(Duration.ofNanos(ticker.nanos() - known.readAtNanos))
        : Optional.empty();
  }

  /**
   * Returns the value. Of callers that miss it at the same time, one reads it and the others wait.
   *
   * @param read blocks; runs on the thread of the caller
   */
  public V get(K key, Function<K, V> read) {
    try {
      return start(key, missing -> CompletableFuture.completedFuture(read.apply(missing))).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  /**
   * Returns the value without blocking. Of callers that miss it at the same time, one starts a
   * read, and the others get its result.
   */
  public CompletableFuture<V> start(K key, Function<K, CompletableFuture<V>> read) {
    Reading<V> own = new Reading<>();
    Entry<V> present = entries.putIfAbsent(key, own);
    if (present instanceof Known<V> known) {
      return CompletableFuture.completedFuture(known.value);
    }
    if (present instanceof Reading<V> reading) {
      return reading;
    }
    long began = ticker.nanos();
    CompletableFuture<V> started;
    try {
      started = read.apply(key);
    } catch (RuntimeException | Error e) {
      started = CompletableFuture.failedFuture(e);
    }
    var unused =
        started.whenComplete(
            (value, failure) -> {
              if (failure == null) {
                store(key, own, value, since(began));
                own.complete(value);
              } else {
                fail(key, own, failure);
              }
            });
    return own;
  }

  /**
   * Reads all these values in one call, also those that are cached; these stay visible until the
   * read ends. Callers do not wait for each other. A value that expires during the read is not
   * cached again.
   *
   * @param read blocks; leaves out what does not exist, which is removed
   */
  public Map<K, V> readAll(Collection<K> keys, Function<? super Set<K>, Map<K, V>> read) {
    Map<K, Entry<V>> before = new HashMap<>();
    Map<K, Reading<V>> own = new HashMap<>();
    for (K key : Set.copyOf(keys)) {
      Reading<V> reading = new Reading<>();
      Entry<V> present = entries.putIfAbsent(key, reading);
      if (present == null) {
        own.put(key, reading);
      }
      before.put(key, present == null ? reading : present);
    }
    long began = ticker.nanos();
    try {
      Map<K, V> found = read.apply(before.keySet());
      Duration taken = since(began);
      before.forEach((key, entry) -> store(key, entry, found.get(key), taken));
      own.forEach((key, reading) -> reading.complete(found.get(key)));
      return found;
    } catch (RuntimeException | Error e) {
      own.forEach((key, reading) -> fail(key, reading, e));
      throw e;
    }
  }

  private Duration since(long began) {
    return Duration.ofNanos(ticker.nanos() - began);
  }

  /**
   * @param value null if there is none
   */
  private void store(K key, Entry<V> before, V value, Duration taken) {
    Duration left = kept.apply(taken);
    if (value == null || left.isZero() || left.isNegative()) {
      entries.remove(key, before);
    } else {
      entries.replace(key, before, new Known<>(value, left, ticker.nanos()));
    }
  }

  private void fail(K key, Reading<V> own, Throwable failure) {
    entries.remove(key, own);
    own.completeExceptionally(failure);
  }

  /** Makes the next call for this key read the value. */
  public void forget(K key) {
    entries.remove(key);
  }

  /** Makes the next call for each key read its value. */
  public void forgetAll() {
    entries.clear();
  }
}
