package dev.orrery.scheduler.hint;

import dev.orrery.scheduler.time.Ticker;

/** Makes {@link OtherReplicas} for tests of other packages. */
public final class TestPeers {
  private TestPeers() {}

  public static OtherReplicas peers(Ticker ticker) {
    return new OtherReplicas(ticker);
  }
}
