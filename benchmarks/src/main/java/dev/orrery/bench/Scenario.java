package dev.orrery.bench;

import dev.orrery.bench.measure.Measurement;

/**
 * Something that is measured, once in each round. What it starts is given to {@link Ending}.
 *
 * <p>A scenario may find the server's tables, caches and compiled code as the round before left
 * them; nobody else works on the server while it measures.
 */
public interface Scenario {
  /** As users ask for it. */
  String name();

  /** Before the first round; not counted. */
  void warmUp() throws Exception;

  Measurement measure() throws Exception;

  /**
   * Whether a figure of it is a rate of a program that has been running for long: rounds are made
   * and thrown away, until compilers have done what they do.
   */
  default boolean needsRoundsToWarmUp() {
    return false;
  }
}
