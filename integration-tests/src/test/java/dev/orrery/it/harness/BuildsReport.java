package dev.orrery.it.harness;

import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/** Prints which tests ran on another build than this repository's, and their results. */
public final class BuildsReport implements TestExecutionListener {
  private final Map<String, String> ends = new ConcurrentSkipListMap<>();

  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    if (test.isTest() || result.getStatus() != Status.SUCCESSFUL) {
      ends.put(name(test), end(result));
    }
  }

  private static String end(TestExecutionResult result) {
    String why =
        result
            .getThrowable()
            .map(
                thrown -> ": " + String.valueOf(thrown.getMessage()).lines().findFirst().orElse(""))
            .orElse("");
    return switch (result.getStatus()) {
      case SUCCESSFUL -> "passed";
      case ABORTED -> "SKIPPED" + why;
      case FAILED -> "FAILED" + why;
    };
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
    System.out.printf("Tests on scheduler %s and agent %s:%n", Builds.scheduler(), Builds.agent());
    ends.forEach((test, end) -> System.out.printf("  %s: %s%n", test, end));
  }

  private static String name(TestIdentifier test) {
    return test.getSource()
        .filter(MethodSource.class::isInstance)
        .map(MethodSource.class::cast)
        .map(source -> simpleName(source.getClassName()) + "." + source.getMethodName())
        .orElse(test.getDisplayName());
  }

  private static String simpleName(String className) {
    return className.substring(className.lastIndexOf('.') + 1);
  }
}
