package dev.orrery.scheduler.submission;

import dev.orrery.scheduler.problem.ProblemException;
import java.util.Map;
import java.util.Optional;
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

  /**
   * Takes this much of the app's share of the queue.
   *
   * @return the refusal, if the share is used up; nothing was taken then
   */
  Optional<ProblemException> take(int app, int weight) {
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
    return refused[0]
        ? Optional.of(
            ProblemException.overloaded("Too many runs of this app are waiting to be stored."))
        : Optional.empty();
  }

  void giveBack(int app, int weight) {
    taken.compute(app, (key, held) -> held == null || held == weight ? null : held - weight);
  }
}
