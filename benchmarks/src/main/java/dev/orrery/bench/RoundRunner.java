package dev.orrery.bench;

import dev.orrery.bench.measure.Measurement;
import dev.orrery.bench.report.ScenarioResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Measures scenarios in turn (A B C A B C), so that disturbances of the machine affect all of them.
 */
final class RoundRunner {
  private final List<Scenario> scenarios;
  private final int rounds;
  private final Duration warmUp;
  private final ProgressPrinter progress;

  /**
   * @param warmUp for scenarios that need warm-up rounds; the last such round ends after this time
   */
  RoundRunner(List<Scenario> scenarios, int rounds, Duration warmUp, ProgressPrinter progress) {
    this.scenarios = List.copyOf(scenarios);
    this.rounds = rounds;
    this.warmUp = warmUp;
    this.progress = progress;
  }

  List<ScenarioResult> run() throws Exception {
    for (Scenario scenario : scenarios) {
      progress.say("warm-up   %s", scenario.name());
      warmUp(scenario);
    }
    List<List<Measurement>> measured = scenarios.stream().map(s -> newList()).toList();
    for (int round = 1; round <= rounds; round++) {
      for (int i = 0; i < scenarios.size(); i++) {
        Measurement measurement = scenarios.get(i).measure();
        measured.get(i).add(measurement);
        progress.say("round %d/%d %s%s", round, rounds, scenarios.get(i).name(), rate(measurement));
      }
    }
    return IntStream.range(0, scenarios.size())
        .mapToObj(i -> ScenarioResult.of(scenarios.get(i).name(), measured.get(i)))
        .toList();
  }

  private void warmUp(Scenario scenario) throws Exception {
    scenario.warmUp();
    long end = System.nanoTime() + warmUp.multipliedBy(scenario.warmUps()).toNanos();
    while (System.nanoTime() < end) {
      scenario.measure();
    }
  }

  private static List<Measurement> newList() {
    return new ArrayList<>();
  }

  private static String rate(Measurement measurement) {
    return measurement.perSecond() == null
        ? ""
        : String.format(Locale.ROOT, ": %,.0f per second", measurement.perSecond());
  }
}
