package dev.orrery.client.otel;

import dev.orrery.client.OrreryException;
import dev.orrery.client.SubmissionSpan;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Scope;
import java.util.List;
import java.util.Optional;

/**
 * An OpenTelemetry span of a submission, which is the current span of its thread until it is
 * closed.
 */
final class ProducerSpan implements SubmissionSpan {
  private final Span span;
  private final Scope scope;

  @SuppressWarnings("MustBeClosedChecker") // Closed by close().
  ProducerSpan(Span span) {
    this.span = span;
    this.scope = span.makeCurrent();
  }

  @Override
  public Optional<String> traceparent() {
    SpanContext context = span.getSpanContext();
    return Optional.of(
        "00-"
            + context.getTraceId()
            + "-"
            + context.getSpanId()
            + "-"
            + context.getTraceFlags().asHex());
  }

  @Override
  public void submitted(List<String> ids) {
    if (ids.size() == 1) {
      span.setAttribute("orrery.instance", ids.get(0));
    }
  }

  @Override
  public void failed(Exception reason) {
    span.setStatus(
        StatusCode.ERROR,
        reason instanceof OrreryException refused ? refused.code() : reason.getClass().getName());
  }

  @Override
  public void close() {
    scope.close();
    span.end();
  }
}
