package dev.orrery.it.chaos.check;

import static dev.orrery.it.chaos.check.Violation.Kind.FIRE_DOUBLED;
import static dev.orrery.it.chaos.check.Violation.Kind.FIRE_MISSING;

import dev.orrery.it.chaos.check.Expected.Firing;
import dev.orrery.it.chaos.check.Facts.Ended;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/**
 * Cron and fixed rate: each fire time from the first to the last is accounted for exactly once, by
 * an instance or by a visible skip.
 */
final class FiresOnGrid implements Rule {

  @Override
  public Stream<Violation> broken(Facts facts) {
    return facts.jobs().values().stream()
        .flatMap(
            job ->
                job.firing() instanceof Firing.Every every
                    ? broken(job.job(), every.period(), facts)
                    : Stream.empty());
  }

  private static Stream<Violation> broken(String job, Duration period, Facts facts) {
    List<Instant> times = new ArrayList<>();
    facts.ended().values().stream()
        .filter(end -> end.job().equals(job) && end.fireTime() != null && end.retryOf() == null)
        .forEach(end -> addAll(times, end, period));
    Collections.sort(times);
    List<Violation> found = new ArrayList<>();
    for (int i = 1; i < times.size(); i++) {
      Instant expected = times.get(i - 1).plus(period);
      Instant next = times.get(i);
      if (next.isBefore(expected)) {
        found.add(new Violation(FIRE_DOUBLED, job + " at " + next));
      } else if (next.isAfter(expected)) {
        found.add(new Violation(FIRE_MISSING, "%s from %s to %s".formatted(job, expected, next)));
      }
    }
    return found.stream();
  }

  /** A row of missed fires stands for several fire times, up to its own. */
  private static void addAll(List<Instant> times, Ended end, Duration period) {
    times.add(end.fireTime());
    for (int before = 1; before < end.skippedCount(); before++) {
      times.add(end.fireTime().minus(period.multipliedBy(before)));
    }
  }
}
