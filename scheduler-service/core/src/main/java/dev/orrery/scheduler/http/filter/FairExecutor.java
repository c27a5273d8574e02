package dev.orrery.scheduler.http.filter;

import dev.orrery.scheduler.base.quota.FairQueue;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Runs tasks that occupy a processor, at most a fixed number at once, and at most one per app. Apps
 * take turns, and an app rests after a task. The owner bounds the tasks that wait. Thread-safe.
 */
final class FairExecutor {

  /** Runs something later. */
  @FunctionalInterface
  interface Delay {
    void after(Duration time, Runnable action);
  }

  private final Delay delay;
  private final int most;

  private final FairQueue<Integer, Turn> waiting = new FairQueue<>();

  /** Apps that have a turn, or rest after one. */
  private final Set<Integer> busy = new HashSet<>();

  private int running;

  private record Turn(int app, Executor executor, Supplier<Duration> task) {}

  /**
   * @param most the tasks that run at once
   */
  FairExecutor(Delay delay, int most) {
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
    synchronized (this) {
      waiting.add(app, new Turn(app, executor, task));
    }
    startNext();
  }

  private void startNext() {
    Turn turn;
    synchronized (this) {
      turn = running == most ? null : waiting.next(busy::add);
      if (turn == null) {
        return;
      }
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
      busy.remove(app);
      // Behind the apps whose tasks have come meanwhile.
      waiting.moveToEnd(app);
    }
    startNext();
  }
}
