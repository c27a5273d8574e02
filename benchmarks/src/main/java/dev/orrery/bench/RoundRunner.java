package dev.orrery.bench;

import dev.orrery.bench.measure.Measurement;
import dev.orrery.bench.report.ScenarioResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Measures scenarios in turn (A B C A B C), so that disturbances of the machine affect all of them.
 */
final class RoundRunner {
  private final Map<String, Scenario> scenarios;
  private final int rounds;
  private final Duration warmUp;
  private final ProgressPrinter progress;

  /**
   * @param scenarios by name, in their order
   * @param warmUp of scenarios that need rounds for it: the last one ends after this
   */
  RoundRunner(
      Map<String, Scenario> scenarios, int rounds, Duration warmUp, ProgressPrinter progress) {
    this.scenarios = scenarios;
    this.rounds = rounds;
    this.warmUp = warmUp;
    this.progress = progress;
  }

  List<ScenarioResult> run() throws Exception {
    for (Map.Entry<String, Scenario> scenario : scenarios.entrySet()) {
      progress.say("warm-up   %s", scenario.getKey());
      warmUp(scenario.getValue());
    }
    Map<String, List<Measurement>> measured = new LinkedHashMap<>();
    for (int round = 1; round <= rounds; round++) {
      for (Map.Entry<String, Scenario> scenario : scenarios.entrySet()) {
        String name = scenario.getKey();
        Measurement measurement = scenario.getValue().measure();
        measured.computeIfAbsent(name, any -> new ArrayList<>()).add(measurement);
        progress.say("round %d/%d %s%s", round, rounds, name, rate(measurement));
      }
    }
    return measured.entrySet().stream()
        .map(scenario -> ScenarioResult.of(scenario.getKey(), scenario.getValue()))
        .toList();
  }

  private void warmUp(Scenario scenario) throws Exception {
    scenario.warmUp();
    long end = System.nanoTime() + warmUp.multipliedBy(scenario.warmUps()).toNanos();
    while (System.nanoTime() < end) {
      scenario.measure();
    }
  }

  /** Returns the rate and all figures, since a run may be ended before its report. */
  private static String rate(Measurement measurement) {
    String rate =
        measurement.perSecond() == null
            ? ""
            : String.format(Locale.ROOT, ": %,.0f per second", measurement.perSecond());
    return rate
        + measurement.figures().entrySet().stream()
            .map(
                figure ->
                    String.format(Locale.ROOT, ", %s %.1f", figure.getKey(), figure.getValue()))
            .collect(Collectors.joining());
  }
}
