package dev.orrery.it.harness;

import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/** Prints which tests ran on a build that is not this repository's own, and how each ended. */
public final class BuildsReport implements TestExecutionListener {
  private final Map<String, String> ends = new ConcurrentSkipListMap<>();

  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    if (test.isTest()) {
      String why = result.getThrowable().map(thrown -> ": " + firstLine(thrown)).orElse("");
      ends.put(name(test), result.getStatus() + why);
    }
  }

  @Override
  public void executionSkipped(TestIdentifier test, String reason) {
    if (test.isTest()) {
      ends.put(name(test), "SKIPPED: " + reason);
    }
  }

  @Override
  public void testPlanExecutionFinished(TestPlan plan) {
    if (Builds.areOwn() || ends.isEmpty()) {
      return;
    }
    System.out.printf(
        "%d tests on scheduler %s and agent %s:%n",
        ends.size(), Builds.scheduler(), Builds.agent());
    ends.forEach((test, end) -> System.out.printf("  %-10s %s%n", end, test));
  }

  private static String name(TestIdentifier test) {
    String className =
        test.getSource()
            .filter(MethodSource.class::isInstance)
            .map(MethodSource.class::cast)
            .map(
                source ->
                    source.getClassName().replaceFirst(".*\\.", "") + "." + source.getMethodName())
            .orElse(test.getUniqueId());
    String shown = test.getDisplayName();
    return shown.endsWith("()") ? className : className + " " + shown;
  }

  private static String firstLine(Throwable thrown) {
    return String.valueOf(thrown.getMessage()).lines().findFirst().orElse("");
  }
}
