package dev.orrery.worker.otel;

import dev.orrery.worker.AttemptTracing;
import dev.orrery.worker.Processor;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Tracer;

/**
 * Creates an OpenTelemetry span for each attempt. The span of a run's first attempt is a child of
 * the span in which the run was submitted; that of any other attempt begins a trace of its own,
 * with a link to the submitting span. Runs that were submitted outside of a span, or by a trigger,
 * have neither parent nor link.
 */
public final class AttemptSpans implements AttemptTracing {
  private static final String SCOPE = "dev.orrery.worker";

  private final Tracer tracer;

  private AttemptSpans(Tracer tracer) {
    this.tracer = tracer;
  }

  public static AttemptSpans of(OpenTelemetry openTelemetry) {
    return new AttemptSpans(openTelemetry.getTracer(SCOPE));
  }

  @Override
  public Processor traced(String app, Processor processor) {
    return new TracedProcessor(tracer, app, processor);
  }
}
