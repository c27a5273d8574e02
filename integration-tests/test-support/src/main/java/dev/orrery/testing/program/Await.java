package dev.orrery.testing.program;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Waits in tests until a condition is true, and names the condition on time-out. Time limits are
 * given for an idle machine; on a busy one they are {@linkplain MachineLoad#stretch longer}.
 */
public final class Await {
  private static final Duration LOOK_EVERY = Duration.ofMillis(50);

  private Await() {}

  public static void until(String what, Duration longest, Callable<Boolean> condition) {
    until(() -> what, longest, condition);
  }

  /**
   * @param what evaluated on time-out
   */
  public static void until(Supplier<String> what, Duration longest, Callable<Boolean> condition) {
    look(what, longest, LOOK_EVERY, condition, true);
  }

  /** Looks as often as told, and fails at once if the condition throws an exception. */
  public static void untilOrFailure(
      String what, Duration longest, Duration lookEvery, Callable<Boolean> condition) {
    look(() -> what, longest, lookEvery, condition, false);
  }

  private static void look(
      Supplier<String> what,
      Duration longest,
      Duration lookEvery,
      Callable<Boolean> condition,
      boolean retries) {
    long begun = System.nanoTime();
    Exception last = null;
    while (System.nanoTime() - begun < MachineLoad.stretch(longest).toNanos()) {
      try {
        if (condition.call()) {
          return;
        }
        last = null;
        TimeUnit.NANOSECONDS.sleep(lookEvery.toNanos());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError("Interrupted while waiting until " + what.get(), e);
      } catch (Exception e) {
        if (!retries) {
          throw new AssertionError("Failed while waiting until " + what.get() + ": " + e, e);
        }
        last = e;
        pass(lookEvery);
      }
    }
    long seconds = Duration.ofNanos(System.nanoTime() - begun).toSeconds();
    throw new AssertionError("Not within " + seconds + " s: " + what.get(), last);
  }

  /** Lets time pass, for tests of time itself. */
  public static void pass(Duration time) {
    try {
      TimeUnit.NANOSECONDS.sleep(time.toNanos());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("Interrupted", e);
    }
  }
}
