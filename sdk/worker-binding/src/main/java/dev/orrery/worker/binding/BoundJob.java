package dev.orrery.worker.binding;

import dev.orrery.worker.Processor;
import dev.orrery.worker.binding.declare.JobDeclaration;
import java.lang.reflect.Method;
import java.util.List;

/**
 * A method of the application, made a processor.
 *
 * @param name of the processor, without {@code java:}
 * @param declarations the jobs that the method declares
 */
public record BoundJob(
    String name, Method method, Processor processor, List<JobDeclaration> declarations) {

  /** Returns the processor within these decorators, the last one outermost. */
  public Processor decorated(List<ProcessorDecorator> decorators) {
    Processor decorated = processor;
    for (ProcessorDecorator decorator : decorators) {
      decorated = decorator.decorate(name, decorated);
    }
    return decorated;
  }
}
