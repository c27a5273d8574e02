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
   * @throws BenchException that names what did not come
   */
  public static void until(String what, Duration longest, Duration lookEvery, Condition condition)
      throws InterruptedException {
    long deadline = System.nanoTime() + longest.toNanos();
    try {
      while (!condition.holds()) {
        if (System.nanoTime() - deadline > 0) {
          throw new BenchException("Not within " + longest.toSeconds() + " s: " + what);
        }
        TimeUnit.NANOSECONDS.sleep(lookEvery.toNanos());
      }
    } catch (SQLException e) {
      throw new BenchException("The database failed while we waited: " + what, e);
    }
  }
}
