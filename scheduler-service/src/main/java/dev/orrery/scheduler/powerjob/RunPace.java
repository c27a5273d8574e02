package dev.orrery.scheduler.powerjob;

/**
 * Decides whether the runs of a worker are so short that it waits longer for the next run than a
 * run takes. This is a pure rule.
 */
final class RunPace {
  private static final double SHORT_MILLIS = 250;

  /** One long run among short ones changes little. */
  private static final double LONGEST_MILLIS = 1_500;

  private static final double WEIGHT = 0.125;

  private double meanMillis = LONGEST_MILLIS;

  void ended(long millis) {
    meanMillis += WEIGHT * (Math.min(LONGEST_MILLIS, (double) Math.max(0, millis)) - meanMillis);
  }

  boolean isShort() {
    return meanMillis < SHORT_MILLIS;
  }
}
