package dev.orrery.scheduler.powerjob.openapi;

/**
 * The key of an address or a name in a limiter. A limiter remembers its keys, so their number is
 * bounded: a few addresses share one.
 */
final class LimiterKey {
  private static final int KEYS = 4096;

  private LimiterKey() {}

  static int of(String text) {
    return Math.floorMod(text.hashCode(), KEYS);
  }
}
