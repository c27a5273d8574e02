package dev.orrery.it.neighbours;

import java.util.Set;

/**
 * An attack of app {@code a} with its own tokens, within its rights or beyond its limits.
 *
 * @param refusals statuses of which at least one must occur; empty if none is expected
 * @param preparation runs before the attacks
 */
record Attack(String name, Set<Integer> refusals, Preparation preparation, Strike strike) {

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
    return new Attack(name, Set.of(), world -> {}, strike);
  }

  Attack refusedWith(Integer... statuses) {
    return new Attack(name, Set.of(statuses), preparation, strike);
  }

  Attack prepared(Preparation by) {
    return new Attack(name, refusals, by, strike);
  }
}
