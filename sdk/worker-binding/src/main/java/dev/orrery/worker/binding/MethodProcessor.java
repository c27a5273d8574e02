package dev.orrery.worker.binding;

import dev.orrery.worker.AttemptContext;
import dev.orrery.worker.Processor;
import java.lang.reflect.Method;
import java.util.List;

/** A processor that calls a method of the application for each attempt. */
record MethodProcessor(
    String name, Method method, List<Argument> arguments, JobTarget target, ResultWriter results)
    implements Processor {

  @Override
  public String process(AttemptContext attempt) throws Exception {
    Object[] values = new Object[arguments.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = arguments.get(i).of(attempt);
    }
    Object result = target.call(new JobCall(method, values));
    return result == null ? null : results.write(result);
  }
}
