package dev.orrery.it.harness;

import java.util.List;

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
