package dev.orrery.scheduler.extras.statistics;

import java.util.Map;
import java.util.TreeMap;

/**
 * The number of started instances in each class of lateness. The database function end_lateness
 * computes the class.
 */
final class LatenessHistogram {
  /** Classes for each doubling of the lateness plus one millisecond. */
  private static final double CLASSES = 4;

  private final TreeMap<Integer, Long> starts = new TreeMap<>();
  private long total;

  /** Ignores a class below zero, which stands for an unknown lateness. */
  void add(int lateness, long count) {
    if (lateness >= 0) {
      starts.merge(lateness, count, Long::sum);
      total += count;
    }
  }

  boolean isEmpty() {
    return total == 0;
  }

  /** Returns the middle of the class that contains this percentile of the starts. */
  long percentileMillis(double share) {
    long seen = 0;
    for (Map.Entry<Integer, Long> one : starts.entrySet()) {
      seen += one.getValue();
      if (seen >= share * total) {
        return Math.round(Math.pow(2, (one.getKey() + 0.5) / CLASSES) - 1);
      }
    }
    return 0;
  }
}
