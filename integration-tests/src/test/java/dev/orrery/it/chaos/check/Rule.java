package dev.orrery.it.chaos.check;

import java.util.stream.Stream;

/** One thing that must always hold. */
@FunctionalInterface
interface Rule {
  /** All cases in which it does not. */
  Stream<Violation> broken(Facts facts);
}
