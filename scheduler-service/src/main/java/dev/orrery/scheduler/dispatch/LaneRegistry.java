package dev.orrery.scheduler.dispatch;

import dev.orrery.scheduler.worker.Capabilities;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** All lanes, in memory. Lanes are only added. */
@ApplicationScoped
class LaneRegistry {
  /**
   * Ids are assigned before the commit, so a version with a smaller id may appear after one with a
   * larger id. Each refresh goes this far back; one in a hundred reads all versions.
   */
  private static final long OVERLAP = 1000;

  private static final int FULL_REFRESH_EVERY = 100;

  private final LaneStore store;
  private final Map<Integer, Lane> byId = new ConcurrentHashMap<>();
  private final AtomicLong newestVersion = new AtomicLong();
  private final AtomicLong refreshes = new AtomicLong();
  private final AtomicLong edition = new AtomicLong();

  LaneRegistry(LaneStore store) {
    this.store = store;
  }

  /** Reads new lanes and priorities; blocks. Returns whether there are any. */
  boolean refresh() {
    boolean full = refreshes.getAndIncrement() % FULL_REFRESH_EVERY == 0;
    long since = full ? 0 : Math.max(0, newestVersion.get() - OVERLAP);
    boolean grown = false;
    for (LaneStore.Used used : store.usedSince(since)) {
      Lane known = byId.putIfAbsent(used.lane().id(), used.lane());
      Lane lane = known == null ? used.lane() : known;
      grown |= known == null;
      grown |= lane.addPriority(used.priority());
      newestVersion.accumulateAndGet(used.newestVersion(), Math::max);
    }
    if (grown) {
      edition.incrementAndGet();
    }
    return grown;
  }

  /** Returns the largest id of a job version whose lane and priority are known. */
  long newestVersion() {
    return newestVersion.get();
  }

  /** Returns a number that changes whenever a lane or a priority is added. */
  long edition() {
    return edition.get();
  }

  Optional<Lane> get(int id) {
    return Optional.ofNullable(byId.get(id));
  }

  List<Lane> all() {
    return List.copyOf(byId.values());
  }

  /** Returns the lanes that a worker with these capabilities can claim from. */
  List<Lane> claimable(Capabilities capabilities) {
    return byId.values().stream()
        .filter(lane -> capabilities.matches(lane.appId(), lane.processor(), lane.requiredTags()))
        .toList();
  }
}
