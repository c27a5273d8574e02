package dev.orrery.worker.binding;

import dev.orrery.worker.Processor;
import dev.orrery.worker.binding.declare.JobDeclaration;
import java.lang.reflect.Method;
import java.util.List;

/**
 * A method of the application, made a processor.
 *
 * @param worker that offers the processor; empty for the one without a name
 * @param name of the processor, without {@code java:}
 * @param type the class of the object with the method, which may inherit it
 * @param declarations the jobs that the method declares
 */
public record BoundJob(
    String worker,
    String name,
    Class<?> type,
    Method method,
    Processor processor,
    List<JobDeclaration> declarations) {

  /** Returns the name that is unique in the application: {@code worker/name}, or the name alone. */
  public String uniqueName() {
    return uniqueName(worker, name);
  }

  static String uniqueName(String worker, String name) {
    return worker.isEmpty() ? name : worker + "/" + name;
  }

  /** Returns the class and the method, for messages. */
  public String place() {
    return MethodName.of(method.getDeclaringClass(), method);
  }

  /** Returns the processor within these decorators, the last one outermost. */
  public Processor decorated(List<ProcessorDecorator> decorators) {
    Processor decorated = processor;
    for (ProcessorDecorator decorator : decorators) {
      decorated = decorator.decorate(worker, name, decorated);
    }
    return decorated;
  }
}
