package dev.orrery.scheduler.hint;

import dev.orrery.scheduler.hint.HintMessage.Cancel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Hints that other replicas have not been told yet; those that are alike become one. */
public final class HintBuffer {
  /** More than a message can hold; a flood is not remembered one by one. */
  private static final int MAX_ENTRIES = 2000;

  private final UUID replica;
  private final Set<Integer> lanes = new HashSet<>();
  private final Set<Integer> freshLanes = new HashSet<>();
  private final List<Cancel> cancels = new ArrayList<>();
  private final Set<UUID> endedSessions = new HashSet<>();
  private boolean jobsChanged;
  private boolean everything;

  public HintBuffer(UUID replica) {
    this.replica = replica;
  }

  /** Gives false if others need not hear of it. */
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
    } else if (hint instanceof Hint.LookAtEverything) {
      everything = true;
    } else {
      // What becomes due is acted on by the due-work loop of the replica that knows of it.
      return false;
    }
    if (lanes.size() + freshLanes.size() + cancels.size() + endedSessions.size() > MAX_ENTRIES) {
      clear();
      everything = true;
    }
    return true;
  }

  /** All of it as one message, or null if there is nothing; empty afterwards. */
  public synchronized HintMessage take() {
    if (!hasAny()) {
      return null;
    }
    HintMessage message =
        new HintMessage(
            replica, lanes, freshLanes, cancels, endedSessions, jobsChanged, everything);
    clear();
    return message;
  }

  public synchronized boolean hasAny() {
    return !lanes.isEmpty()
        || !freshLanes.isEmpty()
        || !cancels.isEmpty()
        || !endedSessions.isEmpty()
        || jobsChanged
        || everything;
  }

  private void clear() {
    lanes.clear();
    freshLanes.clear();
    cancels.clear();
    endedSessions.clear();
    jobsChanged = false;
    everything = false;
  }
}
