package dev.orrery.it.chaos.check;

import static dev.orrery.it.chaos.check.Violation.Kind.EXPIRED_TOO_SOON;

import dev.orrery.it.chaos.check.Facts.Ended;
import dev.orrery.it.chaos.check.Facts.Observed;
import dev.orrery.it.chaos.check.Facts.Outage;
import java.time.Instant;
import java.util.stream.Stream;

/**
 * After an outage of the database, no session expires and no attempt times out within one lease. So
 * ends during the outage can be reported, and do not run again.
 */
final class GraceKept implements Rule {

  @Override
  public Stream<Violation> broken(Facts facts) {
    return facts.observed().outages().stream()
        .flatMap(
            outage ->
                Stream.concat(
                    facts.observed().expired().stream()
                        .filter(at -> isWithin(at, outage, facts.observed()))
                        .map(at -> tooSoon("a session at " + at, outage)),
                    facts.ended().values().stream()
                        .filter(GraceKept::isTimedOutByScheduler)
                        .filter(end -> isWithin(end.endedAt(), outage, facts.observed()))
                        .map(end -> tooSoon("attempt of " + end, outage))));
  }

  private static boolean isTimedOutByScheduler(Ended end) {
    return end.state().equals("TIMED_OUT") && !end.reported();
  }

  private static boolean isWithin(Instant at, Outage outage, Observed observed) {
    return at.isAfter(outage.until()) && at.isBefore(outage.until().plus(observed.lease()));
  }

  private static Violation tooSoon(String what, Outage outage) {
    return new Violation(EXPIRED_TOO_SOON, what + " after " + outage);
  }
}
