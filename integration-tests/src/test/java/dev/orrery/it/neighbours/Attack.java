package dev.orrery.it.neighbours;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Something that app {@code a} does with its own tokens, within its rights or beyond its limits.
 *
 * @param covers ids of operations of the REST API, and paths of the worker API
 * @param refusals the statuses of which one must come at least once; empty if none is expected
 * @param preparation made while all is quiet
 * @param offBecause why it does not run yet; empty if it runs
 */
record Attack(
    String name,
    Set<String> covers,
    Set<Integer> refusals,
    Preparation preparation,
    Strike strike,
    String offBecause) {

  /** Makes what an attack needs, such as jobs. */
  @FunctionalInterface
  interface Preparation {
    void prepare(NeighboursWorld world) throws Exception;
  }

  /** Goes on until the time of the flood is over. */
  @FunctionalInterface
  interface Strike {
    void strike(NeighboursWorld world, Flood flood) throws Exception;
  }

  static Attack of(String name, Strike strike) {
    return new Attack(name, Set.of(), Set.of(), world -> {}, strike, "");
  }

  /** Names what it uses; see {@link AttackCatalogTest}. */
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
   * Leaves it out.
   *
   * @param reason the defect that is still there
   */
  Attack off(String reason) {
    return new Attack(name, covers, refusals, preparation, strike, reason);
  }

  boolean runs() {
    return offBecause.isEmpty();
  }
}
