package dev.orrery.k8s.alert;

import dev.orrery.k8s.alert.History.Point;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The supported subset of PromQL; {@link ExpressionParser} rejects the rest. Rates use the first
 * and last value without extrapolation to the ends of the range, which changes neither whether an
 * increase is above zero nor a quantile.
 */
sealed interface Expression {
  /** Returns values by labels, at the last round of a history. An alert fires if there are any. */
  Map<Map<String, String>, Double> in(History history);

  Stream<Selector> selectors();

  default Stream<String> groups() {
    return Stream.of();
  }

  /**
   * Selects the values of a metric.
   *
   * @param equal labels with their required values
   */
  record Selector(String metric, Map<String, String> equal) implements Expression {
    boolean selects(Sample sample) {
      return sample.metric().equals(metric)
          && sample.labels().entrySet().containsAll(equal.entrySet());
    }

    @Override
    public Map<Map<String, String>, Double> in(History history) {
      return history.latest(this);
    }

    @Override
    public Stream<Selector> selectors() {
      return Stream.of(this);
    }
  }

  /** {@code increase} or {@code rate}: the growth of counters, across restarts. */
  record Growth(Selector of, Duration span, boolean perSecond) implements Expression {
    @Override
    public Map<Map<String, String>, Double> in(History history) {
      Map<Map<String, String>, Double> growth = new LinkedHashMap<>();
      history
          .within(of, span)
          .forEach(
              (labels, points) -> {
                // A single value has grown from nothing that is known.
                if (points.size() > 1) {
                  growth.put(labels, of(points));
                }
              });
      return growth;
    }

    private double of(List<Point> points) {
      double sum = 0;
      for (int i = 1; i < points.size(); i++) {
        double before = points.get(i - 1).value();
        double now = points.get(i).value();
        sum += now < before ? now : now - before;
      }
      Duration time = points.get(points.size() - 1).at().minus(points.get(0).at());
      return perSecond ? sum / (time.toNanos() / 1e9) : sum;
    }

    @Override
    public Stream<Selector> selectors() {
      return Stream.of(of);
    }
  }

  /** The aggregation of a group. */
  enum Aggregation {
    SUM,
    MAX,
    COUNT;

    double of(List<Double> values) {
      return switch (this) {
        case SUM -> values.stream().mapToDouble(Double::doubleValue).reduce(0, Double::sum);
        // No number counts as less than any.
        case MAX ->
            values.stream().filter(value -> !value.isNaN()).max(Double::compare).orElse(Double.NaN);
        case COUNT -> values.size();
      };
    }
  }

  /** Aggregates values with equal grouping labels. */
  record Aggregate(Aggregation how, List<String> by, Expression of) implements Expression {
    @Override
    public Map<Map<String, String>, Double> in(History history) {
      Map<Map<String, String>, List<Double>> grouped = new LinkedHashMap<>();
      of.in(history)
          .forEach(
              (labels, value) -> {
                Map<String, String> group = new TreeMap<>(labels);
                group.keySet().retainAll(by);
                grouped.computeIfAbsent(group, none -> new ArrayList<>()).add(value);
              });
      Map<Map<String, String>, Double> values = new LinkedHashMap<>();
      grouped.forEach((group, members) -> values.put(group, how.of(members)));
      return values;
    }

    @Override
    public Stream<Selector> selectors() {
      return of.selectors();
    }

    @Override
    public Stream<String> groups() {
      return Stream.concat(by.stream(), of.groups());
    }
  }

  /** {@code histogram_quantile}, with Prometheus' interpolation. */
  record Quantile(double share, Expression of) implements Expression {
    private static final String BOUND = "le";

    @Override
    public Map<Map<String, String>, Double> in(History history) {
      Map<Map<String, String>, SortedMap<Double, Double>> histograms = new LinkedHashMap<>();
      of.in(history)
          .forEach(
              (labels, value) -> {
                Map<String, String> rest = new TreeMap<>(labels);
                double bound = Sample.number(rest.remove(BOUND));
                histograms.computeIfAbsent(rest, none -> new TreeMap<>()).put(bound, value);
              });
      Map<Map<String, String>, Double> values = new LinkedHashMap<>();
      histograms.forEach((labels, buckets) -> values.put(labels, quantile(buckets)));
      return values;
    }

    private double quantile(SortedMap<Double, Double> buckets) {
      double all = buckets.get(Double.POSITIVE_INFINITY);
      if (all == 0) {
        return Double.NaN;
      }
      double rank = share * all;
      double lower = 0;
      double below = 0;
      for (Map.Entry<Double, Double> bucket : buckets.entrySet()) {
        if (bucket.getValue() >= rank) {
          return bucket.getKey().isInfinite()
              ? lower
              : lower + (bucket.getKey() - lower) * (rank - below) / (bucket.getValue() - below);
        }
        lower = bucket.getKey();
        below = bucket.getValue();
      }
      throw new IllegalStateException("Buckets that do not add up: " + buckets);
    }

    @Override
    public Stream<Selector> selectors() {
      return of.selectors();
    }

    @Override
    public Stream<String> groups() {
      return of.groups();
    }
  }

  /** The number of values within a time span. */
  record CountOverTime(Selector of, Duration span) implements Expression {
    @Override
    public Map<Map<String, String>, Double> in(History history) {
      Map<Map<String, String>, Double> counts = new LinkedHashMap<>();
      history
          .within(of, span)
          .forEach((labels, points) -> counts.put(labels, (double) points.size()));
      return counts;
    }

    @Override
    public Stream<Selector> selectors() {
      return Stream.of(of);
    }
  }

  /** The left values without a right value of the same labels. */
  record Unless(Expression left, Expression right) implements Expression {
    @Override
    public Map<Map<String, String>, Double> in(History history) {
      Map<Map<String, String>, Double> values = new LinkedHashMap<>(left.in(history));
      values.keySet().removeAll(right.in(history).keySet());
      return values;
    }

    @Override
    public Stream<Selector> selectors() {
      return Stream.concat(left.selectors(), right.selectors());
    }

    @Override
    public Stream<String> groups() {
      return Stream.concat(left.groups(), right.groups());
    }
  }

  /** A value if the selection is empty. */
  record Absent(Selector of) implements Expression {
    @Override
    public Map<Map<String, String>, Double> in(History history) {
      return of.in(history).isEmpty() ? Map.of(of.equal(), 1.0) : Map.of();
    }

    @Override
    public Stream<Selector> selectors() {
      return Stream.of(of);
    }
  }

  /** A comparison; NaN is not equal to anything, including itself. */
  enum Comparison {
    ABOVE,
    EQUAL,
    DIFFERENT;

    boolean holds(double left, double right) {
      return switch (this) {
        case ABOVE -> left > right;
        case EQUAL -> left == right;
        case DIFFERENT -> left != right;
      };
    }
  }

  /** The values that satisfy the comparison with a number. */
  record WithNumber(Expression left, Comparison comparison, double right) implements Expression {
    @Override
    public Map<Map<String, String>, Double> in(History history) {
      Map<Map<String, String>, Double> values = new LinkedHashMap<>(left.in(history));
      values.values().removeIf(value -> !comparison.holds(value, right));
      return values;
    }

    @Override
    public Stream<Selector> selectors() {
      return left.selectors();
    }

    @Override
    public Stream<String> groups() {
      return left.groups();
    }
  }

  /** The values that satisfy the comparison with the value of the same labels. */
  record WithEachOther(Selector left, Comparison comparison, Selector right) implements Expression {
    @Override
    public Map<Map<String, String>, Double> in(History history) {
      Map<Map<String, String>, Double> others = right.in(history);
      Map<Map<String, String>, Double> values = new LinkedHashMap<>(left.in(history));
      values
          .entrySet()
          .removeIf(
              entry ->
                  !others.containsKey(entry.getKey())
                      || !comparison.holds(entry.getValue(), others.get(entry.getKey())));
      return values;
    }

    @Override
    public Stream<Selector> selectors() {
      return Stream.of(left, right);
    }
  }
}
