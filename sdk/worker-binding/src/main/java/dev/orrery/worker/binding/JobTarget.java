package dev.orrery.worker.binding;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;

/** The object whose method a job calls. Asked for each attempt. Thread-safe. */
@FunctionalInterface
public interface JobTarget {

  /**
   * Calls the method.
   *
   * @throws InvocationTargetException with what the method threw
   */
  Object call(Method method, Object[] arguments)
      throws InvocationTargetException, IllegalAccessException;

  static JobTarget of(Object object) {
    return (method, arguments) -> method.invoke(object, arguments);
  }
}
