package dev.orrery.client.otel;

import dev.orrery.client.Run;
import dev.orrery.client.SubmissionSpan;
import dev.orrery.client.SubmissionTracing;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import java.util.List;

/**
 * Creates an OpenTelemetry span for each submission whose caller is in a span. The submitted runs
 * continue that trace.
 */
public final class SubmissionSpans implements SubmissionTracing {
  private static final String SCOPE = "dev.orrery.client";

  private final Tracer tracer;

  private SubmissionSpans(Tracer tracer) {
    this.tracer = tracer;
  }

  public static SubmissionSpans of(OpenTelemetry openTelemetry) {
    return new SubmissionSpans(openTelemetry.getTracer(SCOPE));
  }

  @Override
  public SubmissionSpan begin(String app, List<Run> runs) {
    if (!Span.current().getSpanContext().isValid()) {
      return SubmissionSpan.NONE;
    }
    List<String> jobs = runs.stream().map(Run::job).distinct().toList();
    boolean isOneJob = jobs.size() == 1;
    SpanBuilder span =
        tracer
            .spanBuilder(isOneJob ? "submit " + jobs.get(0) : "submit runs")
            .setSpanKind(SpanKind.PRODUCER)
            .setAttribute("orrery.app", app);
    if (isOneJob) {
      span.setAttribute("orrery.job", jobs.get(0));
    }
    return new ProducerSpan(span.startSpan());
  }
}
