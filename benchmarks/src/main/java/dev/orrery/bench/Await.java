package dev.orrery.bench;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Waits for a condition with a time-out. */
public final class Await {
  private Await() {}

  /** A condition to wait for. */
  @FunctionalInterface
  public interface Condition {
    boolean holds() throws InterruptedException, SQLException;
  }

  /**
   * @throws BenchException naming the condition, on time-out
   */
  public static void until(String what, Duration longest, Duration lookEvery, Condition condition)
      throws InterruptedException {
    long deadline = System.nanoTime() + longest.toNanos();
    try {
      while (!condition.holds()) {
        if (System.nanoTime() - deadline > 0) {
          throw new BenchException(
              "Timed out after " + longest.toSeconds() + " s, waiting until " + what);
        }
        TimeUnit.NANOSECONDS.sleep(lookEvery.toNanos());
      }
    } catch (SQLException e) {
      throw new BenchException("The database failed, waiting until " + what, e);
    }
  }
}
