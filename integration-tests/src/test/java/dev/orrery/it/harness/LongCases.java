package dev.orrery.it.harness;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * Cases that take long and prove little that the others do not. {@code -Dorrery.it.NAME.all=true}
 * runs those of a name, {@code -Dorrery.it.all=true} all of them; docs/development/testing.md lists
 * the names.
 */
public final class LongCases {
  private static final String ALL = "orrery.it.all";

  private LongCases() {}

  /** Returns true if the cases of this name run. */
  public static boolean areChosen(String name) {
    return Boolean.getBoolean(ALL) || Boolean.getBoolean(property(name));
  }

  /** Skips a test with a message, unless the cases of this name run. */
  public static void assumeChosen(String name, String test) {
    if (!areChosen(name)) {
      System.out.println("SKIPPED " + test + ": -D" + property(name) + "=true");
      Assumptions.abort("-D" + property(name) + "=true");
    }
  }

  /** Returns the cases of the default run; if they are chosen, the others too. */
  public static <T> Stream<T> cases(String name, List<T> byDefault, List<T> others) {
    if (areChosen(name)) {
      return Stream.concat(byDefault.stream(), others.stream());
    }
    System.out.println("SKIPPED " + others + ": -D" + property(name) + "=true");
    return byDefault.stream();
  }

  private static String property(String name) {
    return "orrery.it." + name + ".all";
  }
}
