package dev.orrery.scheduler.app;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * A cache of the ids of apps by name. Results of queries that began before a {@link #forget} are
 * not kept.
 */
final class AppIdCache {
  private final Cache<String, Integer> ids;

  /** The number of calls of {@link #forget}. */
  private final AtomicLong forgotten = new AtomicLong();

  AppIdCache(Duration remembered, int bound) {
    this.ids = Caffeine.newBuilder().expireAfterWrite(remembered).maximumSize(bound).build();
  }

  /** Returns the id if it is cached; never blocks. */
  Optional<Integer> remembered(String name) {
    return Optional.ofNullable(ids.getIfPresent(name));
  }

  /** Returns the id; calls the function if it is not cached. */
  Optional<Integer> get(String name, Function<String, Optional<Integer>> database) {
    return Optional.ofNullable(
        getAll(
                Set.of(name),
                unknown -> database.apply(name).map(id -> Map.of(name, id)).orElse(Map.of()))
            .get(name));
  }

  /** Returns the ids of the apps that exist; calls the function for names that are not cached. */
  Map<String, Integer> getAll(
      Set<String> names, Function<Set<String>, Map<String, Integer>> database) {
    Map<String, Integer> ids = new HashMap<>(this.ids.getAllPresent(names));
    Set<String> unknown = new HashSet<>(names);
    unknown.removeAll(ids.keySet());
    if (!unknown.isEmpty()) {
      long before = forgotten.get();
      Map<String, Integer> found = database.apply(unknown);
      found.forEach((name, id) -> keep(name, id, before));
      ids.putAll(found);
    }
    return ids;
  }

  private void keep(String name, int id, long before) {
    ids.put(name, id);
    // Either this call sees the new count, or forget() sees the new entry and removes it.
    if (forgotten.get() != before) {
      ids.invalidate(name);
    }
  }

  /** Clears the cache, so that the next call for each name queries the database. */
  void forget() {
    forgotten.incrementAndGet();
    ids.invalidateAll();
  }
}
