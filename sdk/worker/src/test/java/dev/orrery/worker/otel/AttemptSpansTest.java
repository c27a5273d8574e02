package dev.orrery.worker.otel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.ProcessorSpec;
import dev.orrery.protocol.message.Assignment;
import dev.orrery.worker.AttemptContext;
import dev.orrery.worker.AttemptFailedException;
import dev.orrery.worker.Processor;
import dev.orrery.worker.StopCause;
import dev.orrery.worker.attempt.AttemptLog;
import dev.orrery.worker.attempt.RunningAttempt;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.testing.junit5.OpenTelemetryExtension;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AttemptSpansTest {
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String SPAN = "00f067aa0ba902b7";
  private static final String NO_SPAN = "0000000000000000";

  @RegisterExtension static final OpenTelemetryExtension OTEL = OpenTelemetryExtension.create();

  private final Processor succeeding = attempt -> "done";

  @ParameterizedTest
  @CsvSource({
    "orrery.traceparent, 01, 1, parent",
    "orrery.traceparent, 01, 2, link",
    "orrery.tracelink,   01, 1, link",
    "orrery.tracelink,   01, 3, link",
    "region,             01, 1, none",
    "orrery.traceparent, zz, 1, none",
    "orrery.tracelink,   zz, 2, none",
  })
  void relatesAttemptToSubmission(String parameter, String flags, int attempt, String relation) {
    String value = "00-" + TRACE + "-" + SPAN + "-" + flags;

    SpanData span = run(attempt(Map.of(parameter, value), attempt), succeeding);

    assertThat(span.getParentSpanId()).isEqualTo(relation.equals("parent") ? SPAN : NO_SPAN);
    assertThat(span.getTraceId().equals(TRACE)).isEqualTo(relation.equals("parent"));
    assertThat(span.getLinks())
        .extracting(LinkData::getSpanContext)
        .extracting(context -> context.getTraceId() + " " + context.getSpanId())
        .isEqualTo(relation.equals("link") ? List.of(TRACE + " " + SPAN) : List.of());
  }

  @ParameterizedTest
  @CsvSource({
    "          , false, SUCCEEDED, UNSET",
    "          , true,  FAILED,    ERROR",
    "CANCELED  , false, CANCELED,  UNSET",
    "CANCELED  , true,  CANCELED,  UNSET",
    "TIMED_OUT , true,  TIMED_OUT, ERROR",
    "DRAINED   , true,  DRAINED,   UNSET",
    "LOST      , true,  LOST,      UNSET"
  })
  void recordsAttemptAndOutcomeInSpan(
      StopCause cause, boolean fails, String outcome, String status) {
    RunningAttempt attempt = attempt(Map.of(), 2);

    SpanData span =
        run(
            attempt,
            context -> {
              if (cause != null) {
                attempt.stop(cause);
              }
              if (fails) {
                throw new AttemptFailedException("no such file");
              }
              return "done";
            });

    assertThat(span.getName()).isEqualTo("run nightly");
    assertThat(span.getKind()).isEqualTo(SpanKind.CONSUMER);
    assertThat(span.getStatus().getStatusCode()).hasToString(status);
    assertThat(span.hasEnded()).isTrue();
    assertThat(span.getAttributes().asMap())
        .extractingFromEntries(entry -> entry.getKey().getKey() + "=" + entry.getValue())
        .containsExactlyInAnyOrder(
            "orrery.app=billing",
            "orrery.job=nightly",
            "orrery.instance=7",
            "orrery.attempt=2",
            "orrery.outcome=" + outcome);
  }

  @Test
  void makesSpanCurrentOnlyForProcessor() {
    StringBuilder current = new StringBuilder();

    SpanData span =
        run(
            attempt(Map.of(), 1),
            context -> {
              current.append(Span.current().getSpanContext().getSpanId());
              return null;
            });

    assertThat(current).hasToString(span.getSpanId());
    assertThat(Span.current().getSpanContext().isValid()).isFalse();
  }

  @Test
  void hidesTraceFromParametersOfTheJob() {
    String value = "00-" + TRACE + "-" + SPAN + "-01";
    RunningAttempt attempt = attempt(Map.of("orrery.traceparent", value, "region", "eu"), 1);

    assertThat(attempt.parameters()).isEqualTo(Map.of("region", "eu"));
    assertThat(attempt.traceParent().orElseThrow()).isEqualTo(value);
  }

  @Test
  void delegatesLeavesThreadCleanToProcessor() {
    Processor clean =
        new Processor() {
          @Override
          public String process(AttemptContext context) {
            return null;
          }

          @Override
          public boolean leavesThreadClean() {
            return true;
          }
        };

    assertThat(traced(clean).leavesThreadClean()).isTrue();
    assertThat(traced(succeeding).leavesThreadClean()).isFalse();
  }

  private static Processor traced(Processor processor) {
    return AttemptSpans.of(OTEL.getOpenTelemetry()).traced("billing", processor);
  }

  private static SpanData run(RunningAttempt attempt, Processor processor) {
    OTEL.clearSpans();
    attempt.run(traced(processor));
    assertThat(OTEL.getSpans()).hasSize(1);
    return OTEL.getSpans().get(0);
  }

  private static RunningAttempt attempt(Map<String, String> parameters, int number) {
    Assignment assignment =
        new Assignment(
            7, number, "nightly", 1, new ProcessorSpec.Java("nightly"), parameters, null, null);
    return new RunningAttempt(assignment, new AttemptLog(assignment.ref()), Runnable::run);
  }
}
