package dev.orrery.scheduler.engine.fire;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;

/**
 * A step of the due-work loop.
 *
 * @param name in metrics and in the log
 * @param every the shortest time between two runs; zero if there is none
 * @param time returns the time until the step is due, zero or negative if it is due now; null if
 *     there is nothing to do
 * @param action returns the amount of work done; 0 if another replica holds it
 */
public record DueWorkStep(
    String name,
    Kind kind,
    Duration every,
    Function<DueWork, Duration> time,
    ToIntFunction<DueWork> action) {

  public enum Kind {
    /** Requests work that may take longer than the loop can wait. */
    REQUEST,
    /** Does work, which may be more than one run can do; the next query finds the rest. */
    WORK,
    /** As {@link #WORK}, and may run before the query that finds the work. */
    FIRE,
    /** As {@link #WORK}, but not in the grace after an outage. */
    END
  }

  static DueWorkStep work(
      String name, Kind kind, Function<DueWork, Duration> time, ToIntFunction<DueWork> action) {
    return new DueWorkStep(name, kind, Duration.ZERO, time, action);
  }

  public static DueWorkStep request(
      String name, Duration every, Predicate<DueWork> isDue, Consumer<DueWork> request) {
    return new DueWorkStep(
        name,
        Kind.REQUEST,
        every,
        work -> isDue.test(work) ? Duration.ZERO : null,
        work -> {
          request.accept(work);
          return 1;
        });
  }
}
