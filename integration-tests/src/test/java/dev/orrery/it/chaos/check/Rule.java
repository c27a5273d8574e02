package dev.orrery.it.chaos.check;

import java.util.stream.Stream;

/** An invariant. */
@FunctionalInterface
interface Rule {
  Stream<Violation> broken(Facts facts);
}
