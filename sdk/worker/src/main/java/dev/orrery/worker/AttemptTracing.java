package dev.orrery.worker;

/**
 * Creates a tracing span for each attempt. {@link dev.orrery.worker.otel.AttemptSpans} implements
 * it with OpenTelemetry.
 */
@FunctionalInterface
public interface AttemptTracing {

  /**
   * @param app of the worker
   * @return a processor that calls the given one
   */
  Processor traced(String app, Processor processor);
}
