package dev.orrery.scheduler.endcount;

import java.util.Map;
import java.util.TreeMap;

/**
 * Numbers of starts by class of lateness; the function end_lateness of the database makes classes.
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

  /** Returns the middle of the class below or in which this share of the starts is. */
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
