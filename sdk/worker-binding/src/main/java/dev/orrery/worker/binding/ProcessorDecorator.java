package dev.orrery.worker.binding;

import dev.orrery.worker.Processor;

/** Adds to every processor, such as a measurement or a context. */
@FunctionalInterface
public interface ProcessorDecorator {

  /**
   * @param name of the processor
   * @return a processor that calls the given one
   */
  Processor decorate(String name, Processor processor);
}
