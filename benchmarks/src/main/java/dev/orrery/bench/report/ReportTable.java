package dev.orrery.bench.report;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Prints a report as text. */
public final class ReportTable {
  private ReportTable() {}

  public static String of(BenchReport report) {
    StringBuilder text = new StringBuilder();
    text.append(
        row(
            "scenario",
            List.of(
                "per second",
                "raw-own",
                "raw-bare",
                "db-sched.",
                "statements",
                "commits",
                "WAL bytes")));
    for (ScenarioResult result : report.results()) {
      text.append(
          row(
              result.scenario(),
              List.of(
                  number(result.perSecond()),
                  times(report.ratio(result, BenchReport.RAW_OWN)),
                  times(report.ratio(result, BenchReport.RAW_BARE)),
                  times(report.ratio(result, BenchReport.DB_SCHEDULER)),
                  number(result.cost() == null ? null : result.cost().statements()),
                  number(result.cost() == null ? null : result.cost().commits()),
                  number(result.cost() == null ? null : result.cost().walBytes()))));
    }
    text.append(String.format("%nStatements, commits and WAL bytes are for each instance.%n%n"));
    report.results().stream()
        .filter(result -> !result.figures().isEmpty())
        .forEach(result -> text.append(figures(result)));
    return text.toString();
  }

  private static String row(String name, List<String> cells) {
    Object[] all = new Object[cells.size() + 1];
    all[0] = name;
    for (int i = 0; i < cells.size(); i++) {
      all[i + 1] = cells.get(i);
    }
    return String.format("%-13s %12s %9s %9s %9s %11s %9s %9s%n", all);
  }

  private static String figures(ScenarioResult result) {
    return result.scenario()
        + result.figures().entrySet().stream()
            .map(ReportTable::figure)
            .collect(Collectors.joining(String.format("%n  "), String.format("%n  "), ""))
        + System.lineSeparator();
  }

  private static String figure(Map.Entry<String, Double> figure) {
    return String.format("%-32s %12s", figure.getKey(), number(figure.getValue()));
  }

  private static String times(Double ratio) {
    return ratio == null ? "-" : String.format(Locale.ROOT, "%.2f x", ratio);
  }

  private static String number(Double value) {
    if (value == null || !Double.isFinite(value)) {
      return "-";
    }
    if (value == Math.rint(value) || Math.abs(value) >= 1000) {
      return String.format(Locale.ROOT, "%,.0f", value);
    }
    return String.format(Locale.ROOT, Math.abs(value) >= 10 ? "%.1f" : "%.3f", value);
  }
}
