package dev.orrery.bench.measure;

import java.util.Arrays;
import java.util.Collection;

/** Computes the median and percentiles of measured values, of which there is at least one. */
public final class SampleSet {
  private final double[] sorted;

  private SampleSet(double[] sorted) {
    this.sorted = sorted;
  }

  /**
   * @throws IllegalArgumentException if there are none, because nothing was measured
   */
  public static SampleSet of(Collection<Double> values) {
    if (values.isEmpty()) {
      throw new IllegalArgumentException("No samples");
    }
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
    Arrays.sort(sorted);
    return new SampleSet(sorted);
  }

  /** Returns the middle value, or the mean of the two middle values. */
  public double median() {
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /**
   * Returns the nearest-rank percentile: the smallest sample that at least this share does not
   * exceed.
   *
   * @param percent above 0, at most 100
   */
  public double percentile(double percent) {
    int rank = (int) Math.ceil(percent / 100 * sorted.length);
    return sorted[Math.max(1, rank) - 1];
  }

  public double max() {
    return sorted[sorted.length - 1];
  }

  public int count() {
    return sorted.length;
  }
}
