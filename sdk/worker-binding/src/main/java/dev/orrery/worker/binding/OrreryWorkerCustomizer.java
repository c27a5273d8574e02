package dev.orrery.worker.binding;

import dev.orrery.worker.WorkerSettings;

/**
 * A bean of the application that changes the settings of each worker before it starts. It can set
 * what has no property, such as another protocol or a {@code Processor} that is not an annotated
 * method.
 */
@FunctionalInterface
public interface OrreryWorkerCustomizer {
  void customize(WorkerSettings settings);

  /**
   * Does the same for a customizer that tells the workers of the application apart.
   *
   * @param worker its name; empty for the one without a name
   */
  default void customize(String worker, WorkerSettings settings) {
    customize(settings);
  }
}
