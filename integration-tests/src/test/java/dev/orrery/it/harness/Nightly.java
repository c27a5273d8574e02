package dev.orrery.it.harness;

import java.util.List;
import org.junit.jupiter.api.Assumptions;

/**
 * Cases that take long and prove little more than the others. {@code .ci/nightly} runs them, as any
 * run does with {@code -Dorrery.nightly=true}.
 */
public final class Nightly {
  private static final String PROPERTY = "orrery.nightly";

  private Nightly() {}

  public static boolean isRunning() {
    return Boolean.getBoolean(PROPERTY);
  }

  /** Skips the calling test, except at night. */
  public static void assumeRunning(String test) {
    if (!isRunning()) {
      System.out.println("SKIPPED " + test + ": -D" + PROPERTY + "=true");
      Assumptions.abort("-D" + PROPERTY + "=true");
    }
  }

  /**
   * Returns the first cases, and at night all.
   *
   * @param always the number of cases of each run
   */
  public static <T> List<T> first(int always, List<T> all) {
    if (isRunning()) {
      return all;
    }
    System.out.println("SKIPPED " + all.subList(always, all.size()) + ": -D" + PROPERTY + "=true");
    return all.subList(0, always);
  }
}
