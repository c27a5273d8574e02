package dev.orrery.it.harness;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Waits for a condition, and names it on time-out. */
public final class Await {
  private static final long POLL_INTERVAL_MILLIS = 50;

  private Await() {}

  public static void until(String what, Duration longest, Callable<Boolean> condition) {
    until(() -> what, longest, condition);
  }

  /**
   * @param what evaluated on time-out
   */
  public static void until(Supplier<String> what, Duration longest, Callable<Boolean> condition) {
    long deadline = System.nanoTime() + longest.toNanos();
    Exception last = null;
    while (System.nanoTime() < deadline) {
      try {
        if (condition.call()) {
          return;
        }
        last = null;
        TimeUnit.MILLISECONDS.sleep(POLL_INTERVAL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError("Interrupted while waiting until " + what.get(), e);
      } catch (Exception e) {
        last = e;
        pause();
      }
    }
    throw new AssertionError("Not within " + longest.toSeconds() + " s: " + what.get(), last);
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

  private static void pause() {
    pass(Duration.ofMillis(POLL_INTERVAL_MILLIS));
  }
}
