package dev.orrery.bench;

import dev.orrery.bench.measure.Measurement;

/**
 * A benchmark that is measured once per round. It registers everything that it starts with {@link
 * CleanupStack}.
 *
 * <p>A scenario may find the server's tables, caches and compiled code as the previous round left
 * them; no other program uses the server while it measures.
 */
public interface Scenario {
  /** Before the first round; not counted. */
  void warmUp() throws Exception;

  Measurement measure() throws Exception;

  /**
   * The share of the warm-up time that it needs. Warm-up rounds run until the JIT compilers are
   * done and are discarded. 0 unless it measures the rate of long-running programs; more than 1 if
   * several programs share the work. Called after {@link #warmUp}.
   */
  default int warmUps() {
    return 0;
  }
}
