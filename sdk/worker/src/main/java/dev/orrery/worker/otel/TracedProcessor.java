package dev.orrery.worker.otel;

import dev.orrery.protocol.text.TraceParent;
import dev.orrery.worker.AttemptContext;
import dev.orrery.worker.Processor;
import dev.orrery.worker.StopCause;
import dev.orrery.worker.attempt.AssignedAttempt;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.util.Set;

/** Runs a processor within a span, which is the current span of the thread meanwhile. */
final class TracedProcessor implements Processor {
  private static final String SUCCEEDED = "SUCCEEDED";
  private static final String FAILED = "FAILED";
  private static final Set<String> ERRORS = Set.of(FAILED, StopCause.TIMED_OUT.name());

  private final Tracer tracer;
  private final String app;
  private final Processor processor;

  TracedProcessor(Tracer tracer, String app, Processor processor) {
    this.tracer = tracer;
    this.app = app;
    this.processor = processor;
  }

  @Override
  public String process(AttemptContext attempt) throws Exception {
    Span span = start(attempt);
    String outcome = FAILED;
    try {
      String result = Context.root().with(span).wrap(() -> processor.process(attempt)).call();
      outcome = SUCCEEDED;
      return result;
    } finally {
      end(span, attempt.stopCause().map(Enum::name).orElse(outcome));
    }
  }

  private Span start(AttemptContext attempt) {
    SpanBuilder span =
        tracer
            .spanBuilder("run " + attempt.job())
            .setSpanKind(SpanKind.CONSUMER)
            .setNoParent()
            .setAttribute("orrery.app", app)
            .setAttribute("orrery.job", attempt.job())
            .setAttribute("orrery.instance", Long.toString(attempt.instance()))
            .setAttribute("orrery.attempt", attempt.attempt());
    if (attempt instanceof AssignedAttempt assigned) {
      assigned.trace().ifPresent(trace -> continueTrace(span, trace));
    }
    return span.startSpan();
  }

  private static void continueTrace(SpanBuilder span, TraceParent trace) {
    if (trace.isLink()) {
      span.addLink(submission(trace.value()));
    } else {
      span.setParent(Context.root().with(Span.wrap(submission(trace.value()))));
    }
  }

  private static SpanContext submission(String traceparent) {
    String[] fields = traceparent.split("-", -1);
    return SpanContext.createFromRemoteParent(
        fields[1], fields[2], TraceFlags.fromHex(fields[3], 0), TraceState.getDefault());
  }

  private static void end(Span span, String outcome) {
    span.setAttribute("orrery.outcome", outcome);
    if (ERRORS.contains(outcome)) {
      span.setStatus(StatusCode.ERROR);
    }
    span.end();
  }

  @Override
  public boolean leavesThreadClean() {
    return processor.leavesThreadClean();
  }

  @Override
  public String name() {
    return processor.name();
  }
}
