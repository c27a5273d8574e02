package dev.orrery.worker.binding;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;

/** Calls a job method with the arguments of an attempt. */
public final class JobCall {
  private final Method method;
  private final Object[] arguments;

  JobCall(Method method, Object[] arguments) {
    this.method = method;
    this.arguments = arguments;
  }

  public Method method() {
    return method;
  }

  /** Like {@link #on(Object, Method)}, with the method as it was found. */
  public Object on(Object object) throws Exception {
    return on(object, method);
  }

  /**
   * Calls the method, and waits for the value if what it returns comes later.
   *
   * @param callable the method of the object's class or interface, if that differs
   * @throws Exception what the method threw, so that the run shows that and nothing around it
   */
  public Object on(Object object, Method callable) throws Exception {
    try {
      return LaterValue.of(callable.invoke(object, arguments));
    } catch (InvocationTargetException e) {
      throw LaterValue.thrown(e);
    }
  }
}
