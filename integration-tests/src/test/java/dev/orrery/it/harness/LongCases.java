package dev.orrery.it.harness;

import dev.orrery.testing.DailyPart;
import java.lang.reflect.Method;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/**
 * Cases that take long: a run has those of its day, or leaves out those that prove little more than
 * the others. {@code -Dorrery.it.NAME.all=true} runs all of a name, {@code -Dorrery.it.all=true}
 * all of all names; docs/development/testing.md lists the names.
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

  /**
   * Returns the cases of this day; all, if those of the name are chosen.
   *
   * @param days the number of days that cover all cases
   */
  public static <T> List<T> today(String name, List<T> all, int days) {
    if (areChosen(name)) {
      return all;
    }
    List<T> today = DailyPart.of(all, days);
    List<T> others = all.stream().filter(one -> !today.contains(one)).toList();
    System.out.println("SKIPPED " + others + ": -D" + property(name) + "=true");
    return today;
  }

  /** Skips a test, unless it is one of this day, or those of the name are chosen. */
  public static void assumeToday(String name, List<String> all, String test, int days) {
    Assumptions.assumeTrue(
        today(name, all, days).contains(test), () -> "-D" + property(name) + "=true");
  }

  /** As {@link #assumeToday(String, List, String, int)}, among the tests of a class. */
  public static void assumeToday(String name, TestInfo test, int days) {
    List<String> all =
        Stream.of(test.getTestClass().orElseThrow().getDeclaredMethods())
            .filter(method -> method.isAnnotationPresent(Test.class))
            .map(Method::getName)
            .sorted()
            .toList();
    assumeToday(name, all, test.getTestMethod().orElseThrow().getName(), days);
  }

  private static String property(String name) {
    return "orrery.it." + name + ".all";
  }
}
