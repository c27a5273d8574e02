package dev.orrery.it.neighbours;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An attack of app {@code a} with its own tokens, within its rights or beyond its limits.
 *
 * @param covers operation ids of the REST API, and paths of the worker API
 * @param refusals statuses of which at least one must occur; empty if none is expected
 * @param preparation runs before the attacks
 * @param offBecause why it is disabled; empty if it runs
 */
record Attack(
    String name,
    Set<String> covers,
    Set<Integer> refusals,
    Preparation preparation,
    Strike strike,
    String offBecause) {

  /** Creates the prerequisites of an attack, such as jobs. */
  @FunctionalInterface
  interface Preparation {
    void prepare(NeighboursWorld world) throws Exception;
  }

  /** Runs until the time of the flood is over. */
  @FunctionalInterface
  interface Strike {
    void strike(NeighboursWorld world, Flood flood) throws Exception;
  }

  static Attack of(String name, Strike strike) {
    return new Attack(name, Set.of(), Set.of(), world -> {}, strike, "");
  }

  /** Sets the covered operations; see {@link AttackCatalogTest}. */
  Attack covering(String... operations) {
    return new Attack(name, Set.of(operations), refusals, preparation, strike, offBecause);
  }

  Attack refusedWith(Integer... statuses) {
    return new Attack(
        name,
        covers,
        Stream.of(statuses).collect(Collectors.toUnmodifiableSet()),
        preparation,
        strike,
        offBecause);
  }

  Attack prepared(Preparation by) {
    return new Attack(name, covers, refusals, by, strike, offBecause);
  }

  /**
   * Disables the attack.
   *
   * @param reason the remaining defect
   */
  Attack off(String reason) {
    return new Attack(name, covers, refusals, preparation, strike, reason);
  }

  boolean runs() {
    return offBecause.isEmpty();
  }
}
