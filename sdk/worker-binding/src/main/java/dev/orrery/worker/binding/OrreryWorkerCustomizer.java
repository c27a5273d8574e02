package dev.orrery.worker.binding;

import dev.orrery.worker.WorkerSettings;

/**
 * Changes the settings of the worker before it starts; a bean of the application. Adds what has no
 * property, such as another protocol or a {@code Processor} that is not an annotated method.
 */
@FunctionalInterface
public interface OrreryWorkerCustomizer {
  void customize(WorkerSettings settings);
}
