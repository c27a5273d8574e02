package dev.orrery.worker.binding;

import dev.orrery.worker.Processor;

/** Wraps every processor of the workers, for example to measure it or to add a context. */
@FunctionalInterface
public interface ProcessorDecorator {

  /**
   * @param name of the processor
   * @return a processor that calls the given one
   */
  Processor decorate(String name, Processor processor);

  /**
   * Does the same for a decorator that tells the workers of the application apart.
   *
   * @param worker that offers the processor; empty for the one without a name
   */
  default Processor decorate(String worker, String name, Processor processor) {
    return decorate(name, processor);
  }
}
