package dev.orrery.it.chaos.check;

import static dev.orrery.it.chaos.check.Violation.Kind.STUCK;

import java.util.stream.Stream;

/** After the faults, everything ends and every trigger fires within a bounded time. */
final class NothingStuck implements Rule {

  @Override
  public Stream<Violation> broken(Facts facts) {
    return Stream.concat(
        facts.active().values().stream().map(one -> new Violation(STUCK, one + " has not ended")),
        facts.observed().silent().stream()
            .map(job -> new Violation(STUCK, "job " + job + " did not fire again")));
  }
}
