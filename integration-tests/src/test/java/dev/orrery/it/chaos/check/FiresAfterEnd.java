package dev.orrery.it.chaos.check;

import static dev.orrery.it.chaos.check.Violation.Kind.FIRE_DOUBLED;
import static dev.orrery.it.chaos.check.Violation.Kind.FIRE_MISSING;

import dev.orrery.it.chaos.check.Expected.Firing;
import dev.orrery.it.chaos.check.Facts.Ended;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Fixed delay: each run fires this long after the end of the previous one, neither earlier nor
 * never.
 */
final class FiresAfterEnd implements Rule {
  /** Fire times are whole milliseconds. */
  private static final Duration ROUNDING = Duration.ofMillis(1);

  /**
   * Two statements of a transaction write the end and the next fire time, and the process may be
   * delayed in between. A repair finds a forgotten trigger once a minute, so this is shorter.
   */
  private static final Duration HELD_UP = Duration.ofSeconds(50);

  @Override
  public Stream<Violation> broken(Facts facts) {
    return facts.jobs().values().stream()
        .flatMap(
            job ->
                job.firing() instanceof Firing.After after
                    ? broken(job.job(), after.delay(), facts)
                    : Stream.empty());
  }

  private static Stream<Violation> broken(String job, Duration delay, Facts facts) {
    List<Ended> runs =
        facts.ended().values().stream()
            .filter(end -> end.job().equals(job) && end.fireTime() != null && end.retryOf() == null)
            .sorted(Comparator.comparing(Ended::fireTime))
            .toList();
    List<Violation> found = new ArrayList<>();
    for (int i = 1; i < runs.size(); i++) {
      Instant due = runs.get(i - 1).endedAt().plus(delay);
      Instant next = runs.get(i).fireTime();
      if (next.isBefore(due.minus(ROUNDING))) {
        found.add(new Violation(FIRE_DOUBLED, "%s at %s, due %s".formatted(job, next, due)));
      } else if (next.isAfter(due.plus(HELD_UP))) {
        found.add(new Violation(FIRE_MISSING, "%s at %s, not %s".formatted(job, due, next)));
      }
    }
    return found.stream();
  }
}
