package dev.orrery.worker.binding;

import dev.orrery.worker.Processor;

/** Wraps every processor of a worker, for example to measure it or to add a context. */
@FunctionalInterface
public interface ProcessorDecorator {

  /**
   * @param name of the processor
   * @return a processor that calls the given one
   */
  Processor decorate(String name, Processor processor);
}
