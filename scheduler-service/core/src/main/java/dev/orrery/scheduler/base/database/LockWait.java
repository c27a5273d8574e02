package dev.orrery.scheduler.base.database;

import java.util.function.Supplier;

/**
 * The time for which the engine's transactions on this thread wait for a lock: 2 s by default, 200
 * ms inside {@link #brief}. After a group commit has waited too long for a lock, the parts of its
 * group wait briefly, because other callers wait behind them.
 */
public final class LockWait {
  static final String BRIEF = "set local lock_timeout = '200ms'";

  private static final ThreadLocal<Boolean> IS_BRIEF = ThreadLocal.withInitial(() -> false);

  private LockWait() {}

  /** Runs the work; its transactions fail as busy after they have waited 200 ms for a lock. */
  public static <T> T brief(Supplier<T> work) {
    IS_BRIEF.set(true);
    try {
      return work.get();
    } finally {
      IS_BRIEF.remove();
    }
  }

  public static boolean isBrief() {
    return IS_BRIEF.get();
  }
}
