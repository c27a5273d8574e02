package dev.orrery.bench.measure;

import java.util.LinkedHashMap;
import java.util.Map;

/** The values that one round of a scenario has measured. */
public final class Measurement {
  private final Double perSecond;
  private final DatabaseCost cost;
  private final Map<String, Double> figures = new LinkedHashMap<>();
  private final Map<String, Double> worst = new LinkedHashMap<>();

  private Measurement(Double perSecond, DatabaseCost cost) {
    this.perSecond = perSecond;
    this.cost = cost;
  }

  /** Creates the result of a round with a rate. */
  public static Measurement of(double perSecond, DatabaseCost cost) {
    return new Measurement(perSecond, cost);
  }

  /**
   * Creates the result of a round without a rate.
   *
   * @param cost may be null
   */
  public static Measurement withoutRate(DatabaseCost cost) {
    return new Measurement(null, cost);
  }

  /** Adds a figure; the report shows the median of all rounds. */
  public Measurement with(String name, double value) {
    figures.put(name, value);
    return this;
  }

  /** Adds a count; the report shows the median of all rounds. */
  public Measurement with(String name, long count) {
    return with(name, (double) count);
  }

  /** Adds a figure of which the report shows the maximum of all rounds, such as lost instances. */
  public Measurement worst(String name, long count) {
    worst.put(name, (double) count);
    return this;
  }

  /** May be null. */
  public Double perSecond() {
    return perSecond;
  }

  /** Null if it was not measured. */
  public DatabaseCost cost() {
    return cost;
  }

  public Map<String, Double> figures() {
    return figures;
  }

  public Map<String, Double> worst() {
    return worst;
  }
}
