package dev.orrery.it.harness;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A table of measurements: one row per round, one column per metric. */
public final class Figures {
  private final Map<String, Map<String, List<Double>>> measured = new LinkedHashMap<>();

  /**
   * @param figure with its unit
   * @param of the measured variant
   */
  public void add(String figure, String of, double value) {
    measured
        .computeIfAbsent(figure, name -> new LinkedHashMap<>())
        .computeIfAbsent(of, name -> new ArrayList<>())
        .add(value);
  }

  /**
   * Adds the 1st, 50th and 99th percentile, in milliseconds. The first shows calls that no other
   * program delayed.
   */
  public void addTimes(String figure, String of, long[] nanos) {
    long[] sorted = nanos.clone();
    Arrays.sort(sorted);
    add(figure + ", p1, ms", of, sorted[sorted.length / 100] / 1e6);
    add(figure + ", p50, ms", of, sorted[sorted.length / 2] / 1e6);
    add(figure + ", p99, ms", of, sorted[(int) (sorted.length * 0.99)] / 1e6);
  }

  /** Returns the names of all figures, in insertion order. */
  public List<String> names() {
    return List.copyOf(measured.keySet());
  }

  public double median(String figure, String of) {
    List<Double> sorted = measured.get(figure).get(of).stream().sorted().toList();
    return sorted.get(sorted.size() / 2);
  }

  /** Returns the ratio of the medians. */
  public double ratio(String figure, String of, String to) {
    return median(figure, of) / median(figure, to);
  }

  /** Returns a table with both medians and their ratio. */
  public String table(String of, String to) {
    StringBuilder table = new StringBuilder();
    table.append("| median of the rounds | ").append(to).append(" | ").append(of).append(" | ");
    table.append(of).append(" / ").append(to).append(" |\n|---|---|---|---|\n");
    for (String figure : names()) {
      table.append(
          String.format(
              Locale.ROOT,
              "| %s | %s | %s | %.2f |%n",
              figure,
              short3(median(figure, to)),
              short3(median(figure, of)),
              ratio(figure, of, to)));
    }
    return table.toString();
  }

  private static String short3(double value) {
    return value >= 100
        ? String.format(Locale.ROOT, "%.0f", value)
        : String.format(Locale.ROOT, "%.3g", value);
  }
}
