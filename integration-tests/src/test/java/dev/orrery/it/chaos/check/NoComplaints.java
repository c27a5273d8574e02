package dev.orrery.it.chaos.check;

import static dev.orrery.it.chaos.check.Violation.Kind.DIED;
import static dev.orrery.it.chaos.check.Violation.Kind.OWN_COMPLAINT;

import java.util.stream.Stream;

/** No process ends by itself after it has served, or logs a violation of its own invariants. */
final class NoComplaints implements Rule {

  @Override
  public Stream<Violation> broken(Facts facts) {
    return Stream.concat(
        facts.observed().deaths().stream().map(death -> new Violation(DIED, death)),
        facts.observed().complaints().stream()
            .map(complaint -> new Violation(OWN_COMPLAINT, complaint)));
  }
}
