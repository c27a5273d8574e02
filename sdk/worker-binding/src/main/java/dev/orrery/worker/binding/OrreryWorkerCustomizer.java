package dev.orrery.worker.binding;

import dev.orrery.worker.WorkerSettings;

/**
 * A bean of the application that changes the settings of the worker before it starts. It can set
 * what has no property, such as another protocol or a {@code Processor} that is not an annotated
 * method.
 */
@FunctionalInterface
public interface OrreryWorkerCustomizer {
  void customize(WorkerSettings settings);
}
