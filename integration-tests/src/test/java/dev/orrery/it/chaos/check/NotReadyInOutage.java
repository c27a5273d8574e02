package dev.orrery.it.chaos.check;

import static dev.orrery.it.chaos.check.Violation.Kind.READY_IN_OUTAGE;

import dev.orrery.it.chaos.check.Facts.Outage;
import dev.orrery.it.chaos.check.Facts.Ready;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;

/** A running replica soon turns unready while the database refuses writes. */
final class NotReadyInOutage implements Rule {
  /** A check every two seconds, two seconds for its response, and a margin for a shared machine. */
  static final Duration NOTICED = Duration.ofSeconds(6);

  @Override
  public Stream<Violation> broken(Facts facts) {
    return facts.observed().outages().stream()
        .flatMap(
            outage ->
                facts.observed().ready().stream()
                    .filter(ready -> common(ready, outage).compareTo(NOTICED) > 0)
                    .map(ready -> new Violation(READY_IN_OUTAGE, ready + " in " + outage)));
  }

  private static Duration common(Ready ready, Outage outage) {
    Instant from = ready.from().isAfter(outage.from()) ? ready.from() : outage.from();
    Instant until = ready.until().isBefore(outage.until()) ? ready.until() : outage.until();
    return Duration.between(from, until);
  }
}
