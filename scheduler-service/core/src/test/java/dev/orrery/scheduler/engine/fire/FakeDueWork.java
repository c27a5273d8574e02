package dev.orrery.scheduler.engine.fire;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.ToIntFunction;

/** The steps of the due-work loop, whose actions only note what was done. */
final class FakeDueWork {
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

  DueWorkTable table(DueWorkConfig config) {
    return new DueWorkTable(
        () -> List.of(7, 8),
        () -> List.of(9L),
        this::checkTimeline,
        new DueWorkTable.Producer()
                .table(
                    config,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    List.of(checkParents(config)))
                .steps()
                .stream()
                .map(step -> withAction(step, work -> did(step.name(), work)))
                .toList());
  }

  private static DueWorkStep checkParents(DueWorkConfig config) {
    return DueWorkStep.request("check_parents", config.blockedInterval(), work -> true, work -> {});
  }

  private static DueWorkStep withAction(DueWorkStep step, ToIntFunction<DueWork> action) {
    return new DueWorkStep(step.name(), step.kind(), step.every(), step.time(), action);
  }

  private int did(String step, DueWork work) {
    return switch (step) {
      case "wake_lanes" -> {
        if (work.newestVersion() > 0) {
          did("version " + work.newestVersion());
        }
        yield work.readyLanes().isEmpty() ? 1 : did("lanes " + work.readyLanes());
      }
      case "fire" -> did(work.isFireLate() ? "fire late" : "fire");
      case "check_blocked" -> did("blocked " + work.blocked());
      case "check_parents" -> work.parents() ? did("parents") : 1;
      default -> did(step.replace('_', ' '));
    };
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

  private boolean checkTimeline(boolean now) {
    if ("check timeline".equals(failing)) {
      raise(failure);
    }
    timelineChecks.add(now);
    boolean changed = timelineChanged;
    timelineChanged = false;
    return changed;
  }
}
