package dev.orrery.it.chaos.check;

import static dev.orrery.it.chaos.check.Violation.Kind.EXPIRED_TOO_SOON;

import java.util.stream.Stream;

/** After an outage of the database no session expires sooner than one lease after its end. */
final class GraceKept implements Rule {

  @Override
  public Stream<Violation> broken(Facts facts) {
    return facts.observed().outages().stream()
        .flatMap(
            outage ->
                facts.observed().expired().stream()
                    .filter(
                        at ->
                            at.isAfter(outage.until())
                                && at.isBefore(outage.until().plus(facts.observed().lease())))
                    .map(
                        at ->
                            new Violation(
                                EXPIRED_TOO_SOON,
                                "a session at %s after %s".formatted(at, outage))));
  }
}
