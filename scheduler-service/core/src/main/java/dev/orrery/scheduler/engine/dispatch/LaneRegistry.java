package dev.orrery.scheduler.engine.dispatch;

import dev.orrery.scheduler.base.database.SchemaState;
import dev.orrery.scheduler.base.time.Ticker;
import dev.orrery.scheduler.engine.worker.Capabilities;
import dev.orrery.scheduler.model.instance.InstanceId;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;

/**
 * Keeps all lanes in memory. Lanes are only added, unless the database went back in time. This is a
 * cache: a claim compares the row of a lane with the worker.
 */
@ApplicationScoped
class LaneRegistry {
  private static final Logger LOG = Logger.getLogger(LaneRegistry.class);

  /**
   * Ids are assigned before the commit, so a version with a smaller id may appear after one with a
   * larger id. Each refresh goes this far back, which is longer than an edit takes. One refresh in
   * {@link #FULL_REFRESH_EVERY}, and one per {@link #FULL_REFRESH_AFTER}, reads all versions,
   * because the database's clock may go back further.
   */
  private static final Duration READ_OVERLAP = Duration.ofMinutes(2);

  private static final long OVERLAP_OF_IDS = InstanceId.span(READ_OVERLAP);

  private static final int FULL_REFRESH_EVERY = 100;
  private static final Duration FULL_REFRESH_AFTER = Duration.ofMinutes(1);

  private final LaneStore store;
  private final Ticker ticker;
  private final Map<Integer, Lane> byId = new ConcurrentHashMap<>();
  private final AtomicLong newestVersion = new AtomicLong();
  private final AtomicLong edition = new AtomicLong();
  private long refreshes;
  private long fullRefreshAt;
  private long forgotten;

  LaneRegistry(LaneStore store, Ticker ticker) {
    this.store = store;
    this.ticker = ticker;
    this.fullRefreshAt = ticker.nanos();
  }

  void start(@Observes StartupEvent event, SchemaState schema) {
    if (schema.isKnown()) {
      refresh();
    }
  }

  /** Reads new lanes and priorities; blocks. Returns whether there are any. */
  boolean refresh() {
    while (true) {
      Start start = start();
      List<LaneStore.Used> used = store.usedSince(start.sinceVersion());
      Optional<Boolean> grown = add(used, start);
      if (grown.isPresent()) {
        return grown.get();
      }
    }
  }

  /** Returns whether the last full refresh was at least {@link #FULL_REFRESH_AFTER} ago. */
  synchronized boolean isFullRefreshDue() {
    return ticker.nanos() - fullRefreshAt >= FULL_REFRESH_AFTER.toNanos();
  }

  private record Start(long sinceVersion, long forgotten) {}

  private synchronized Start start() {
    boolean full = refreshes++ % FULL_REFRESH_EVERY == 0 || isFullRefreshDue();
    fullRefreshAt = full ? ticker.nanos() : fullRefreshAt;
    return new Start(full ? 0 : Math.max(0, newestVersion.get() - OVERLAP_OF_IDS), forgotten);
  }

  /**
   * Returns empty if lanes were forgotten since the start: the refresh may have read forgotten
   * ones.
   */
  private synchronized Optional<Boolean> add(List<LaneStore.Used> all, Start start) {
    if (forgotten != start.forgotten()) {
      return Optional.empty();
    }
    boolean grown = false;
    for (LaneStore.Used used : all) {
      Lane lane = byId.get(used.lane().id());
      if (lane == null || !lane.isSameAs(used.lane())) {
        lane = used.lane();
        byId.put(lane.id(), lane);
        grown = true;
      }
      if (lane.addPriority(used.priority())) {
        // A claim may have missed instances of this priority, and marked the lane as empty.
        lane.wake();
        grown = true;
      }
      newestVersion.accumulateAndGet(used.newestVersion(), Math::max);
    }
    if (grown) {
      edition.incrementAndGet();
    }
    return Optional.of(grown);
  }

  /** Forgets all lanes; the next refresh reads all. */
  synchronized void forget() {
    byId.clear();
    newestVersion.set(0);
    refreshes = 0;
    forgotten++;
    edition.incrementAndGet();
  }

  /**
   * Compares cached lanes with their rows, after claims missed ready instances; blocks. If a row
   * has changed, forgets all lanes and returns true.
   */
  boolean verify(Collection<Integer> ids) {
    Map<Integer, Lane> stored = store.lanes(ids);
    for (int id : ids) {
      Lane known = byId.get(id);
      Lane now = stored.get(id);
      if (known != null && (now == null || !known.isSameAs(now))) {
        LOG.errorf(
            "Lane in the database differs from the cached one; reloading all lanes: lane=%d cached=%s stored=%s",
            id, known, now);
        forget();
        return true;
      }
    }
    return false;
  }

  /** Returns the largest id of a job version whose lane and priority are known. */
  long newestVersion() {
    return newestVersion.get();
  }

  /**
   * Returns a number that changes whenever a lane or a priority is added, or lanes are forgotten.
   */
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
