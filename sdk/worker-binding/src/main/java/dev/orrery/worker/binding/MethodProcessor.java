package dev.orrery.worker.binding;

import dev.orrery.worker.AttemptContext;
import dev.orrery.worker.Processor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.List;

/** Calls a method for each attempt. */
record MethodProcessor(
    String name, Method method, List<Argument> arguments, JobTarget target, ResultWriter results)
    implements Processor {

  @Override
  public String process(AttemptContext attempt) throws Exception {
    Object[] values = new Object[arguments.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = arguments.get(i).of(attempt);
    }
    Object result = call(values);
    return result == null ? null : results.write(result);
  }

  /** Throws what the method throws, so that the run shows that and nothing around it. */
  private Object call(Object[] values) throws Exception {
    try {
      return target.call(method, values);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof Exception failure) {
        throw failure;
      }
      if (e.getCause() instanceof Error failure) {
        throw failure;
      }
      throw e;
    }
  }
}
