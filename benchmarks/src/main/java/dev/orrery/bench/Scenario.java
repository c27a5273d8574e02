package dev.orrery.bench;

import dev.orrery.bench.measure.Measurement;

/**
 * Something that is measured, once in each round. What it starts is given to {@link CleanupStack}.
 *
 * <p>A scenario may find the server's tables, caches and compiled code as the round before left
 * them; no other program uses the server while it measures.
 */
public interface Scenario {
  /** Before the first round; not counted. */
  void warmUp() throws Exception;

  Measurement measure() throws Exception;

  /**
   * How many times the warm-up it needs: rounds are made and thrown away, until compilers have done
   * what they do. 0 unless a figure of it is a rate of programs that have been running for long;
   * more than 1 if several share the work. Asked after {@link #warmUp}.
   */
  default int warmUps() {
    return 0;
  }
}
