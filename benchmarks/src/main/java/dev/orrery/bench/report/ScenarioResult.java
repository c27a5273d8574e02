package dev.orrery.bench.report;

import dev.orrery.bench.measure.DatabaseCost;
import dev.orrery.bench.measure.Measurement;
import dev.orrery.bench.measure.SampleSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/**
 * The summary of a scenario: the median of each figure, or its maximum.
 *
 * @param perSecond null if the scenario has no rate
 * @param cost null if it was not measured
 * @param rates of the rounds, in their order
 */
public record ScenarioResult(
    String scenario,
    Double perSecond,
    DatabaseCost cost,
    Map<String, Double> figures,
    List<Double> rates) {

  public static ScenarioResult of(String scenario, List<Measurement> rounds) {
    List<DatabaseCost> costs =
        rounds.stream().map(Measurement::cost).filter(Objects::nonNull).toList();
    List<Double> rates =
        rounds.stream().map(Measurement::perSecond).filter(Objects::nonNull).toList();
    Map<String, Double> figures = new LinkedHashMap<>();
    for (String name : rounds.get(0).figures().keySet()) {
      figures.put(name, median(rounds, round -> round.figures().get(name)));
    }
    for (String name : rounds.get(0).worst().keySet()) {
      figures.put(name, rounds.stream().mapToDouble(r -> r.worst().get(name)).max().orElseThrow());
    }
    return new ScenarioResult(
        scenario,
        rates.isEmpty() ? null : median(rates, Function.identity()),
        costs.isEmpty()
            ? null
            : new DatabaseCost(
                median(costs, DatabaseCost::statements),
                median(costs, DatabaseCost::commits),
                median(costs, DatabaseCost::walBytes)),
        figures,
        rates);
  }

  private static <T> double median(List<T> items, Function<T, Double> value) {
    return SampleSet.of(items.stream().map(value).toList()).median();
  }

  /** Returns the figure of this name, by default 0. */
  public double figure(String name) {
    return figures.getOrDefault(name, 0.0);
  }
}
