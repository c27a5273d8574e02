package dev.orrery.scheduler.dispatch;

import dev.orrery.scheduler.worker.Session.Skills;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** All lanes, kept in memory; they only ever become more. */
@ApplicationScoped
class LaneRegistry {
  /**
   * Ids are given before the commit, so a version with a smaller id may appear after one with a
   * larger id was seen. So far back each look goes; one in a hundred looks at all.
   */
  private static final long OVERLAP = 1000;

  private static final int FULL_LOOK_EVERY = 100;

  private final LaneStore store;
  private final Map<Integer, Lane> byId = new ConcurrentHashMap<>();
  private final AtomicLong newestVersion = new AtomicLong();
  private final AtomicLong looks = new AtomicLong();
  private final AtomicLong edition = new AtomicLong();

  LaneRegistry(LaneStore store) {
    this.store = store;
  }

  /** Reads what is new; blocks. Gives true if there is a new lane. */
  boolean refresh() {
    boolean full = looks.getAndIncrement() % FULL_LOOK_EVERY == 0;
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

  /** Changes whenever there is a new lane or a new priority in one. */
  long edition() {
    return edition.get();
  }

  Optional<Lane> get(int id) {
    return Optional.ofNullable(byId.get(id));
  }

  List<Lane> all() {
    return List.copyOf(byId.values());
  }

  /** The lanes that a worker with these skills can claim. */
  List<Lane> claimable(Skills skills) {
    Collection<Lane> all = byId.values();
    return all.stream()
        .filter(lane -> lane.appId() == skills.appId())
        .filter(lane -> skills.suffice(lane.processor(), lane.requiredTags()))
        .toList();
  }
}
