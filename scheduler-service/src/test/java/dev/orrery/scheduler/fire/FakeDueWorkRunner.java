package dev.orrery.scheduler.fire;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** Notes what the due-work loop did. */
final class FakeDueWorkRunner extends DueWorkRunner {
  private final List<String> done = new ArrayList<>();
  private int found = 1;
  private boolean timelineChanged;
  private final List<Boolean> timelineChecks = new ArrayList<>();
  private final Map<String, Runnable> during = new HashMap<>();
  private String failing;
  private String blocking;
  private CountDownLatch begun;
  private CountDownLatch release;
  private Throwable failure;

  FakeDueWorkRunner() {
    super(null, null, null, null, null, null, null, null);
  }

  /** What was done since this was last asked. */
  List<String> takeDone() {
    List<String> taken = List.copyOf(done);
    done.clear();
    return taken;
  }

  /** As if the next check finds another database. */
  void changeTimeline() {
    timelineChanged = true;
  }

  /** Returns for each check since this was last asked whether it was urgent. */
  List<Boolean> takeTimelineChecks() {
    List<Boolean> taken = List.copyOf(timelineChecks);
    timelineChecks.clear();
    return taken;
  }

  /** As if another replica held all that is due. */
  void findNothing() {
    found = 0;
  }

  /** As if this could not be done. */
  void failWith(String what, Throwable reason) {
    failing = what;
    failure = reason;
  }

  /** As if this did not return. */
  void blockIn(String what, CountDownLatch begun, CountDownLatch release) {
    blocking = what;
    this.begun = begun;
    this.release = release;
  }

  /** Runs an event during a step. */
  void during(String what, Runnable event) {
    during.put(what, event);
  }

  void works() {
    failing = null;
  }

  static void raise(Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    }
    throw (RuntimeException) failure;
  }

  private int did(String what) {
    if (what.equals(blocking)) {
      begun.countDown();
      try {
        release.await();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
    during.getOrDefault(what, () -> {}).run();
    if (what.equals(failing)) {
      raise(failure);
    }
    done.add(what);
    return found;
  }

  @Override
  boolean checkTimeline(boolean now) {
    if ("check timeline".equals(failing)) {
      raise(failure);
    }
    timelineChecks.add(now);
    boolean changed = timelineChanged;
    timelineChanged = false;
    return changed;
  }

  @Override
  Collection<Integer> idleLanes() {
    return List.of(7, 8);
  }

  @Override
  Collection<Long> jobsSetAside() {
    return List.of(9L);
  }

  @Override
  void lanesReady(List<Integer> lanes) {
    if (!lanes.isEmpty()) {
      did("lanes " + lanes);
    }
  }

  @Override
  void newestVersion(long id) {
    if (id > 0) {
      did("version " + id);
    }
  }

  @Override
  int fire(boolean late) {
    return did(late ? "fire late" : "fire");
  }

  @Override
  int promote() {
    return did("promote");
  }

  @Override
  int endOverdue() {
    return did("end overdue");
  }

  @Override
  int endExpired() {
    return did("end expired");
  }

  @Override
  void recheckJobs() {
    did("recheck");
  }

  @Override
  void checkBlocked(boolean anyBlocked) {
    did("blocked " + anyBlocked);
  }
}
