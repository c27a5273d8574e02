package dev.orrery.worker.quarkus;

import dev.orrery.worker.WorkerSettings;

/**
 * Changes the settings of the worker before it starts; a bean of the application. Adds what has no
 * property, such as another protocol or a {@code Processor} that is no annotated method.
 */
@FunctionalInterface
public interface OrreryWorkerCustomizer {
  void customize(WorkerSettings settings);
}
