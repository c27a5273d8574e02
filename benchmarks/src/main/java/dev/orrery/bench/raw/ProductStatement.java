package dev.orrery.bench.raw;

import dev.orrery.bench.BenchException;
import java.lang.reflect.Field;

/**
 * The SQL statements of the scheduler, read from its classes, so that the benchmark cannot diverge
 * from them.
 */
enum ProductStatement {
  SUBMIT("engine.submission.SubmissionStore", "SUBMIT"),
  CLAIM("engine.dispatch.ClaimStore", "CLAIM"),
  COMPLETE("engine.report.AttemptSuccessStore", "COMPLETE"),
  OPEN_SESSION("engine.worker.SessionStore", "OPEN");

  private final String className;
  private final String constant;

  ProductStatement(String className, String constant) {
    this.className = "dev.orrery.scheduler." + className;
    this.constant = constant;
  }

  /**
   * @throws BenchException if the scheduler's code no longer contains it
   */
  String text() {
    try {
      Field field = Class.forName(className).getDeclaredField(constant);
      field.setAccessible(true);
      return (String) field.get(null);
    } catch (ReflectiveOperationException e) {
      throw new BenchException(
          className + "." + constant + " no longer exists; see " + ProductStatement.class, e);
    }
  }
}
