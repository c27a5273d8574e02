package dev.orrery.worker;

/** Makes a span of each attempt, such as {@link dev.orrery.worker.otel.AttemptSpans}. */
@FunctionalInterface
public interface AttemptTracing {

  /**
   * @param app of the worker
   * @return a processor that calls the given one
   */
  Processor traced(String app, Processor processor);
}
