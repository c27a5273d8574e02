package dev.orrery.scheduler.engine.logs;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.orrery.scheduler.base.time.Ticker;
import dev.orrery.scheduler.model.instance.Fence;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Tracks the log sizes of active attempts. Reads a size from the database once a minute, and again
 * before it causes lines to be dropped. In between, adds the bytes that this replica writes. After
 * an attempt's worker has moved, bytes that another replica wrote are missing for at most a minute.
 */
final class AttemptLogSizes {
  private static final Duration CACHE_TIME = Duration.ofMinutes(1);
  private static final int MAX_ATTEMPTS = 50_000;

  private final LogStore store;
  private final Cache<Fence, Size> sizes;

  AttemptLogSizes(LogStore store, Ticker ticker) {
    this.store = store;
    this.sizes =
        Caffeine.newBuilder()
            .expireAfterWrite(CACHE_TIME)
            .maximumSize(MAX_ATTEMPTS)
            .ticker(ticker::nanos)
            .build();
  }

  /** The size of a log. Confined to the single writer of {@link LogIntake}. */
  static final class Size {
    private long bytes;

    /** False after an addition, because resent chunks count twice. */
    private boolean exact = true;

    private boolean truncated;

    private Size(long bytes) {
      this.bytes = bytes;
    }

    private boolean mustBeRead(long added) {
      return !exact && !fits(added);
    }

    boolean fits(long added) {
      return bytes + added <= LogLimits.MAX_ATTEMPT_BYTES;
    }

    void add(long added) {
      bytes += added;
      exact = false;
    }

    /** Marks the log as truncated; returns true for the first call. */
    boolean truncate() {
      boolean first = !truncated;
      truncated = true;
      return first;
    }
  }

  /**
   * Returns the sizes of the attempts that run in their session; blocks.
   *
   * @param added the bytes that arrived, by attempt
   */
  Map<Fence, Size> of(Map<Fence, Long> added) {
    Map<Fence, Size> known = new HashMap<>(sizes.getAllPresent(added.keySet()));
    known.entrySet().removeIf(entry -> entry.getValue().mustBeRead(added.get(entry.getKey())));
    Set<Fence> unknown = new HashSet<>(added.keySet());
    unknown.removeAll(known.keySet());

    Map<Fence, Size> owned = new HashMap<>();
    store
        .ownedBytes(added.keySet(), unknown)
        .forEach((fence, bytes) -> owned.put(fence, size(fence, bytes, known.get(fence))));
    return owned;
  }

  private Size size(Fence fence, OptionalLong bytes, Size known) {
    if (bytes.isEmpty()) {
      return known;
    }
    Size read = new Size(bytes.getAsLong());
    sizes.put(fence, read);
    return read;
  }
}
