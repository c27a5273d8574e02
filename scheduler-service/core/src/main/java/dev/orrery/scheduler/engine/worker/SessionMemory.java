package dev.orrery.scheduler.engine.worker;

import dev.orrery.scheduler.base.quota.AppQuota;
import dev.orrery.scheduler.base.quota.QuotaMetrics;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Limits the memory that sessions use at this replica, in total and per app. Equal capabilities are
 * stored once, so a fleet of equal workers needs little memory. Thread-safe.
 */
@Singleton
class SessionMemory {
  /** 5,000 equal workers take less than half of this. */
  static final long MAX_BYTES_PER_APP = 16L * 1024 * 1024;

  /** Room for four apps, however small the heap is. */
  private static final long MIN_BYTES = 4 * MAX_BYTES_PER_APP;

  private static final int PART_OF_HEAP = 8;

  /** A session, its parked poll and their places in maps. */
  private static final int SESSION_BYTES = 1024;

  /** A batcher of claims with its list of lanes; an app may have 5,000 lanes. */
  private static final int KIND_BYTES = 8 * 1024;

  /** A string of Latin letters without its characters, and its place in a list. */
  private static final int TEXT_BYTES = 60;

  private final AppQuota bytes;

  /** The capabilities of sessions, with one object for all sessions that have equal ones. */
  private final Map<Capabilities, Kept> kinds = new HashMap<>();

  SessionMemory(QuotaMetrics quotas) {
    long all = Math.max(MIN_BYTES, Runtime.getRuntime().maxMemory() / PART_OF_HEAP);
    bytes = quotas.watch("session_bytes", new AppQuota(all, MAX_BYTES_PER_APP));
  }

  private static final class Kept {
    private final Capabilities capabilities;
    private int sessions;

    Kept(Capabilities capabilities) {
      this.capabilities = capabilities;
    }
  }

  /**
   * Reserves the memory of a session.
   *
   * @return capabilities equal to the given ones, for the session to keep; empty if they do not fit
   */
  synchronized Optional<Capabilities> take(String worker, Capabilities capabilities) {
    Kept known = kinds.get(capabilities);
    long weight = ofSession(worker) + (known == null ? ofKind(capabilities) : 0);
    if (!bytes.take(capabilities.appId(), weight)) {
      return Optional.empty();
    }
    Kept kept = known == null ? new Kept(capabilities) : known;
    kept.sessions++;
    kinds.putIfAbsent(kept.capabilities, kept);
    return Optional.of(kept.capabilities);
  }

  /** Releases the memory of a session, with the last of its kind also that of the kind. */
  synchronized void release(String worker, Capabilities capabilities) {
    Kept kept = kinds.get(capabilities);
    kept.sessions--;
    long weight = ofSession(worker);
    if (kept.sessions == 0) {
      kinds.remove(capabilities);
      weight += ofKind(capabilities);
    }
    bytes.release(capabilities.appId(), weight);
  }

  private static long ofSession(String worker) {
    return SESSION_BYTES + of(worker);
  }

  private static long ofKind(Capabilities capabilities) {
    return KIND_BYTES + of(capabilities.processors()) + of(capabilities.tags());
  }

  private static long of(List<String> texts) {
    return texts.stream().mapToLong(SessionMemory::of).sum();
  }

  private static long of(String text) {
    return TEXT_BYTES + (long) text.length();
  }
}
