package dev.orrery.worker.otel;

import dev.orrery.worker.AttemptTracing;
import dev.orrery.worker.Processor;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Tracer;

/**
 * Makes a span of each attempt. It is a child of the span that submitted the run, on the first
 * attempt of that run; any other attempt is a trace of its own with a link to that span. Runs that
 * were submitted outside of a span, or by a trigger, have neither.
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
