package dev.orrery.bench.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.bench.measure.DatabaseCost;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;

/** The results of all scenarios of a run, with the ratios between them. */
public final class BenchReport {
  /** The reference scenario. */
  public static final String RAW_OWN = "raw-own";

  public static final String RAW_BARE = "raw-bare";
  public static final String DB_SCHEDULER = "db-scheduler";

  private static final MathContext DIGITS = new MathContext(6);

  private final ObjectMapper json = new ObjectMapper();
  private final List<ScenarioResult> results;

  public BenchReport(List<ScenarioResult> results) {
    this.results = List.copyOf(results);
  }

  List<ScenarioResult> results() {
    return results;
  }

  /**
   * Returns the ratio of the rates of two scenarios in this run; null if one of them has no rate.
   */
  Double ratio(ScenarioResult result, String other) {
    return results.stream()
        .filter(candidate -> candidate.scenario().equals(other))
        .map(ScenarioResult::perSecond)
        .filter(rate -> rate != null && result.perSecond() != null)
        .map(rate -> result.perSecond() / rate)
        .findFirst()
        .orElse(null);
  }

  /** Returns true if accepted work did not end, or ran more than once. */
  public boolean isSomethingLost() {
    return results.stream().anyMatch(r -> r.figure("lost") != 0 || r.figure("twice") != 0);
  }

  /**
   * Returns an object {@code {"scenarios": […]}}; values that do not apply to a scenario are null.
   */
  public ObjectNode toJson() {
    ObjectNode report = json.createObjectNode();
    ArrayNode scenarios = report.putArray("scenarios");
    for (ScenarioResult result : results) {
      ObjectNode entry = scenarios.addObject().put("scenario", result.scenario());
      DatabaseCost cost = result.cost();
      put(entry, "perSecond", result.perSecond());
      put(entry, "ratioToRawOwn", ratio(result, RAW_OWN));
      put(entry, "ratioToRawBare", ratio(result, RAW_BARE));
      put(entry, "ratioToDbScheduler", ratio(result, DB_SCHEDULER));
      put(entry, "statementsPerInstance", cost == null ? null : cost.statements());
      put(entry, "commitsPerInstance", cost == null ? null : cost.commits());
      put(entry, "walBytesPerInstance", cost == null ? null : cost.walBytes());
      result.figures().forEach((name, value) -> put(entry, name, value));
      ArrayNode rounds = entry.putArray("perSecondOfRounds");
      result.rates().forEach(rate -> add(rounds, rate));
    }
    return report;
  }

  private static void put(ObjectNode node, String name, Double value) {
    if (value == null || !Double.isFinite(value)) {
      node.putNull(name);
    } else if (isWhole(value)) {
      node.put(name, value.longValue());
    } else {
      node.put(name, rounded(value));
    }
  }

  private static void add(ArrayNode node, double value) {
    node.add(rounded(value));
  }

  private static boolean isWhole(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15;
  }

  private static double rounded(double value) {
    return new BigDecimal(value).round(DIGITS).doubleValue();
  }
}
