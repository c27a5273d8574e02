package dev.orrery.scheduler.powerjob;

/**
 * Computes the key of an address or a name in a limiter. A limiter remembers its keys, so their
 * number is bounded, and several addresses may share one.
 */
public final class LimiterKey {
  private static final int MAX_KEYS = 4096;

  /** Below the shares of {@link dev.orrery.scheduler.base.quota.AppQuota} that have names. */
  private static final int LAST_SHARE = -1000;

  private LimiterKey() {}

  public static int of(String text) {
    return Math.floorMod(text.hashCode(), MAX_KEYS);
  }

  /** Returns the share of an address in a quota, beside those of apps. */
  public static int share(String address) {
    return LAST_SHARE - of(address);
  }
}
