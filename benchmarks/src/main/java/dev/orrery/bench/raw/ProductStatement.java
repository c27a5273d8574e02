package dev.orrery.bench.raw;

import dev.orrery.bench.BenchException;
import java.lang.reflect.Field;

/**
 * The statements of the scheduler, read out of its own classes: what is measured here cannot drift
 * away from what runs there.
 */
enum ProductStatement {
  SUBMIT("submission.SubmissionStore", "SUBMIT"),
  CLAIM("dispatch.ClaimStore", "CLAIM"),
  COMPLETE("report.AttemptSuccessStore", "COMPLETE"),
  OPEN_SESSION("worker.SessionStore", "INSERT");

  private final String className;
  private final String constant;

  ProductStatement(String className, String constant) {
    this.className = "dev.orrery.scheduler." + className;
    this.constant = constant;
  }

  /**
   * @throws BenchException if the scheduler's code has changed so that it is not found any more
   */
  String text() {
    try {
      Field field = Class.forName(className).getDeclaredField(constant);
      field.setAccessible(true);
      return (String) field.get(null);
    } catch (ReflectiveOperationException e) {
      throw new BenchException(
          className + "." + constant + " is not there any more; see " + ProductStatement.class, e);
    }
  }
}
