package dev.orrery.scheduler.hint;

import dev.orrery.scheduler.hint.HintMessage.Cancel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Hints that were not sent to other replicas yet. Equal hints become one. */
public final class HintBuffer {
  /** The first hint is sent at once. Hints within this time after it are sent together. */
  public static final Duration COLLECT_TIME = Duration.ofMillis(25);

  /** More than a message can hold. Above this number a resync replaces the individual hints. */
  private static final int MAX_ENTRIES = 2000;

  private final UUID replica;
  private final Set<Integer> lanes = new HashSet<>();
  private final Set<Integer> freshLanes = new HashSet<>();
  private final List<Cancel> cancels = new ArrayList<>();
  private final Set<UUID> endedSessions = new HashSet<>();
  private boolean jobsChanged;
  private boolean resync;

  public HintBuffer(UUID replica) {
    this.replica = replica;
  }

  /** Adds a hint. Returns false if other replicas do not need it. */
  public synchronized boolean add(Hint hint) {
    if (hint instanceof Hint.LanesReady ready) {
      (ready.fresh() ? freshLanes : lanes).addAll(ready.lanes());
    } else if (hint instanceof Hint.CancelRequested cancel) {
      cancels.add(
          new Cancel(cancel.attempt().instance(), cancel.attempt().attempt(), cancel.session()));
    } else if (hint instanceof Hint.SessionEnded ended) {
      endedSessions.add(ended.session());
    } else if (hint instanceof Hint.JobsChanged) {
      jobsChanged = true;
    } else if (hint instanceof Hint.Resync) {
      resync = true;
    } else {
      // Only the replica that publishes such a hint acts on it.
      return false;
    }
    if (lanes.size() + freshLanes.size() + cancels.size() + endedSessions.size() > MAX_ENTRIES) {
      clear();
      resync = true;
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
    HintMessage message =
        new HintMessage(replica, lanes, freshLanes, cancels, endedSessions, jobsChanged, resync);
    clear();
    return message;
  }

  public synchronized boolean hasAny() {
    return !lanes.isEmpty()
        || !freshLanes.isEmpty()
        || !cancels.isEmpty()
        || !endedSessions.isEmpty()
        || jobsChanged
        || resync;
  }

  private void clear() {
    lanes.clear();
    freshLanes.clear();
    cancels.clear();
    endedSessions.clear();
    jobsChanged = false;
    resync = false;
  }
}
