package dev.orrery.scheduler.base.hint;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;

/** Collects hints that have not been sent to other replicas yet. Equal hints are merged. */
public final class HintBuffer {
  /** The first hint is sent at once. Hints within this time after it are sent together. */
  public static final Duration COLLECT_TIME = Duration.ofMillis(25);

  /** More than a message can hold. Above this number a resync replaces the individual hints. */
  private static final int MAX_ENTRIES = 2000;

  private final UUID replica;
  private final Set<Integer> lanes = new HashSet<>();
  private final Set<Integer> freshLanes = new HashSet<>();
  private final Set<Hint> others = new HashSet<>();

  public HintBuffer(UUID replica) {
    this.replica = replica;
  }

  /** Adds a hint. Returns false if other replicas do not need it. */
  public synchronized boolean add(Hint hint) {
    if (hint instanceof Hint.Local) {
      return false;
    }
    if (hint instanceof Hint.LanesReady ready) {
      // One hint for all lanes: each of its own would take ten times the space.
      (ready.fresh() ? freshLanes : lanes).addAll(ready.lanes());
    } else {
      others.add(hint);
    }
    if (lanes.size() + freshLanes.size() + others.size() > MAX_ENTRIES) {
      clear();
      others.add(new Hint.Resync());
    }
    return true;
  }

  /**
   * Returns all hints as one message, or null if there are none. The buffer is empty afterwards.
   */
  public synchronized HintMessage take() {
    if (!hasAny()) {
      return null;
    }
    if (!lanes.isEmpty()) {
      others.add(new Hint.LanesReady(lanes, false));
    }
    if (!freshLanes.isEmpty()) {
      others.add(new Hint.LanesReady(freshLanes, true));
    }
    HintMessage message = new HintMessage(replica, others);
    clear();
    return message;
  }

  public synchronized boolean hasAny() {
    return !lanes.isEmpty() || !freshLanes.isEmpty() || !others.isEmpty();
  }

  private void clear() {
    lanes.clear();
    freshLanes.clear();
    others.clear();
  }
}
