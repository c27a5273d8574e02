package dev.orrery.scheduler.submission;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Keeps one app from filling a queue that all apps share. */
final class AppQueueLimit {
  private final int bound;
  private final Map<Integer, Integer> taken = new ConcurrentHashMap<>();

  /**
   * @param bound of what one app may hold; a larger piece is accepted only while the app holds
   *     nothing
   */
  AppQueueLimit(int bound) {
    this.bound = bound;
  }

  boolean take(int app, int weight) {
    boolean[] refused = new boolean[1];
    taken.compute(
        app,
        (key, held) -> {
          if (held != null && held + weight > bound) {
            refused[0] = true;
            return held;
          }
          return held == null ? weight : Integer.valueOf(held + weight);
        });
    return !refused[0];
  }

  void giveBack(int app, int weight) {
    taken.compute(app, (key, held) -> held == null || held == weight ? null : held - weight);
  }
}
