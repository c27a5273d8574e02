package dev.orrery.scheduler.share;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Executor;

/**
 * Runs tasks of apps on an executor: one task of an app at a time, in their order, and at most a
 * fixed number of tasks in all. Apps take turns. The owner bounds the tasks that wait. Thread-safe.
 */
public final class AppTurns {
  private final Executor executor;
  private final int most;

  /** The tasks of each app that wait behind another one of the app; a key is an app with a task. */
  private final Map<Integer, Queue<Runnable>> behind = new HashMap<>();

  /** Tasks that wait for a place, at most one of each app. */
  private final Queue<Turn> next = new ArrayDeque<>();

  private int running;

  private record Turn(int app, Runnable task) {}

  /**
   * @param most the tasks that run at once
   */
  public AppTurns(Executor executor, int most) {
    this.executor = executor;
    this.most = most;
  }

  /** Runs a task when it is its turn; never on the thread of the caller. */
  public void execute(int app, Runnable task) {
    Queue<Runnable> ahead;
    synchronized (this) {
      ahead = behind.putIfAbsent(app, new ArrayDeque<>());
      if (ahead != null) {
        ahead.add(task);
        return;
      }
      next.add(new Turn(app, task));
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
    executor.execute(() -> run(turn));
  }

  private void run(Turn turn) {
    try {
      turn.task().run();
    } finally {
      end(turn.app());
      startNext();
    }
  }

  private synchronized void end(int app) {
    running--;
    Runnable following = behind.get(app).poll();
    if (following == null) {
      behind.remove(app);
    } else {
      next.add(new Turn(app, following));
    }
  }
}
