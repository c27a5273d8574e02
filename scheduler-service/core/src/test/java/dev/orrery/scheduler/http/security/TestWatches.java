package dev.orrery.scheduler.http.security;

import dev.orrery.scheduler.base.time.Ticker;
import dev.orrery.scheduler.testkit.TestMetrics;
import java.time.InstantSource;

/** Watches of callers for tests of what waits. */
public final class TestWatches {
  private TestWatches() {}

  /** A watch without a database: for callers whose token no one can revoke. */
  public static CallerWatch ofUnrevocable() {
    return new CallerWatch(
        null, null, null, Ticker.SYSTEM, InstantSource.system(), TestMetrics.watch());
  }

  /** The watch of a call that is trusted without end. */
  public static WatchedCall trusted() {
    return new SettableWatch();
  }

  /** The watch of a call that is trusted as the test sets it. */
  public static final class SettableWatch extends WatchedCall {
    private volatile boolean trusted = true;

    public SettableWatch() {
      super(null, CallerCredential.OF_ADMIN, refused -> {}, () -> {});
    }

    public void setTrusted(boolean now) {
      trusted = now;
    }

    @Override
    public boolean isTrusted() {
      return trusted;
    }

    @Override
    public void close() {
      // No watch holds it.
    }
  }
}
