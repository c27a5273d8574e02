package dev.orrery.scheduler.filter;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Runs tasks that occupy a processor, at most a fixed number at once. Those of one app run one
 * after the other, in their order. Apps take turns, and an app rests after a task. The owner bounds
 * the tasks that wait. Thread-safe.
 */
final class AppTurns {

  /** Runs something later. */
  @FunctionalInterface
  interface Delay {
    void after(Duration time, Runnable action);
  }

  private final Delay delay;
  private final int most;

  /** The tasks of each app that wait behind another one or a rest of the app. */
  private final Map<Integer, Queue<Turn>> behind = new HashMap<>();

  /** Tasks that wait for a place, at most one of each app. */
  private final Queue<Turn> next = new ArrayDeque<>();

  private int running;

  private record Turn(int app, Executor executor, Supplier<Duration> task) {}

  /**
   * @param most the tasks that run at once
   */
  AppTurns(Delay delay, int most) {
    this.delay = delay;
    this.most = most;
  }

  /**
   * Runs a task when it is its turn.
   *
   * @param executor runs the task, never on the thread of the caller
   * @param task returns the time for which the app has no turn after it
   */
  void execute(int app, Executor executor, Supplier<Duration> task) {
    Turn turn = new Turn(app, executor, task);
    synchronized (this) {
      Queue<Turn> ahead = behind.putIfAbsent(app, new ArrayDeque<>());
      if (ahead != null) {
        ahead.add(turn);
        return;
      }
      next.add(turn);
    }
    startNext();
  }

  private void startNext() {
    Turn turn;
    synchronized (this) {
      if (running == most || next.isEmpty()) {
        return;
      }
      turn = next.remove();
      running++;
    }
    turn.executor().execute(() -> run(turn));
  }

  private void run(Turn turn) {
    Duration rest = Duration.ZERO;
    try {
      rest = turn.task().get();
    } finally {
      leave();
      if (rest.isZero()) {
        endRest(turn.app());
      } else {
        delay.after(rest, () -> endRest(turn.app()));
      }
      startNext();
    }
  }

  private synchronized void leave() {
    running--;
  }

  private void endRest(int app) {
    synchronized (this) {
      Turn following = behind.get(app).poll();
      if (following == null) {
        behind.remove(app);
        return;
      }
      next.add(following);
    }
    startNext();
  }
}
