package dev.orrery.worker.binding;

import java.lang.reflect.Method;
import java.util.Optional;

/**
 * Finds the object whose method a job calls, and makes the call. Used for each attempt.
 * Thread-safe.
 */
@FunctionalInterface
public interface JobTarget {

  /**
   * Makes the call on the object, which must be usable until the call returns.
   *
   * @throws Exception what the method threw
   */
  Object call(JobCall call) throws Exception;

  /** Returns why the method cannot be called, with the fix. Asked once, at the start. */
  default Optional<String> refusal(Method method) {
    return Optional.empty();
  }

  static JobTarget of(Object object) {
    return call -> call.on(object);
  }
}
