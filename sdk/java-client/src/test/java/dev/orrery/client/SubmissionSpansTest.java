package dev.orrery.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.client.otel.SubmissionSpans;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.testing.junit5.OpenTelemetryExtension;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SubmissionSpansTest {
  @RegisterExtension static final OpenTelemetryExtension OTEL = OpenTelemetryExtension.create();

  private final FakeApi api =
      new FakeApi().answering((call, out) -> out.json(202, "{\"id\":\"7\",\"ids\":[\"7\",\"8\"]}"));
  private final OrreryClient client =
      api.settings()
          .retryTimeout(Duration.ZERO)
          .tracing(SubmissionSpans.of(OTEL.getOpenTelemetry()))
          .open();

  @AfterEach
  void close() {
    client.close();
    api.close();
  }

  static Stream<Arguments> submissions() {
    Run eu = Run.of("invoice").parameter("region", "eu");
    return Stream.of(
        Arguments.of(
            submission(client -> client.runJob(eu)),
            "{\"parameters\":{\"region\":\"eu\"%s}}",
            "submit invoice",
            List.of("orrery.app=billing", "orrery.job=invoice", "orrery.instance=7")),
        Arguments.of(
            submission(client -> client.runJobs(List.of(eu, eu))),
            "{\"instances\":[{\"parameters\":{\"region\":\"eu\"%s},\"job\":\"invoice\"},"
                + "{\"parameters\":{\"region\":\"eu\"%s},\"job\":\"invoice\"}]}",
            "submit invoice",
            List.of("orrery.app=billing", "orrery.job=invoice")),
        Arguments.of(
            submission(
                client ->
                    client.runJobs(
                        List.of(eu, Run.of("report").parameter("orrery.traceparent", "stale")))),
            "{\"instances\":[{\"parameters\":{\"region\":\"eu\"%s},\"job\":\"invoice\"},"
                + "{\"parameters\":{%s},\"job\":\"report\"}]}",
            "submit runs",
            List.of("orrery.app=billing")));
  }

  private static Consumer<OrreryClient> submission(Consumer<OrreryClient> call) {
    return call;
  }

  @ParameterizedTest
  @MethodSource("submissions")
  void submitsInProducerSpanWithinCallerSpan(
      Consumer<OrreryClient> call, String body, String name, List<String> attributes) {
    SpanData caller = inSpan(() -> call.accept(client));

    SpanData span = producer();
    String trace = "\"orrery.traceparent\":\"" + traceparent(span) + "\"";
    String sent = api.received().get(0).body();
    assertThat(sent.replace("," + trace, "%s").replace(trace, "%s")).isEqualTo(body);
    assertThat(span.getTraceId()).isEqualTo(caller.getTraceId());
    assertThat(span.getParentSpanId()).isEqualTo(caller.getSpanId());
    assertThat(span.getKind()).isEqualTo(SpanKind.PRODUCER);
    assertThat(span.getName()).isEqualTo(name);
    assertThat(span.getAttributes().asMap())
        .extractingFromEntries(entry -> entry.getKey().getKey() + "=" + entry.getValue())
        .containsExactlyInAnyOrderElementsOf(attributes);
  }

  @Test
  void sendsNoTraceOutsideSpan() {
    client.runJob("invoice");
    client.runJobs(List.of(Run.of("invoice")));

    assertThat(api.received())
        .extracting(FakeApi.Received::body)
        .containsExactly("{}", "{\"instances\":[{\"job\":\"invoice\"}]}");
    assertThat(OTEL.getSpans()).isEmpty();
  }

  @Test
  void marksSpanOfRefusedSubmissionAsError() {
    api.answering((call, out) -> out.problem(404, "JOB_NOT_FOUND"));

    SpanData caller =
        inSpan(
            () ->
                assertThatThrownBy(() -> client.runJob("invoice"))
                    .isInstanceOf(OrreryException.class));

    assertThat(producer().getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(producer().getStatus().getDescription()).isEqualTo("JOB_NOT_FOUND");
    assertThat(caller.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
  }

  @Test
  void storesTraceInOutbox() throws SQLException {
    JdbcDataSource database = new JdbcDataSource();
    database.setURL("jdbc:h2:mem:");
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "create table orrery_outbox (id varchar(36), due_at bigint, job varchar(100), body clob)");

      inSpan(
          () -> {
            try {
              new Outbox(client).add(connection, Run.of("invoice"));
            } catch (SQLException e) {
              throw new IllegalStateException(e);
            }
          });

      ResultSet row = statement.executeQuery("select body from orrery_outbox");
      assertThat(row.next()).isTrue();
      assertThat(row.getString(1))
          .isEqualTo(
              "{\"parameters\":{\"orrery.traceparent\":\"" + traceparent(producer()) + "\"}}");
    }
  }

  private static SpanData inSpan(Runnable call) {
    Span span = OTEL.getOpenTelemetry().getTracer("test").spanBuilder("request").startSpan();
    Context.current().with(span).wrap(call).run();
    span.end();
    return span(SpanKind.INTERNAL);
  }

  private static SpanData producer() {
    return span(SpanKind.PRODUCER);
  }

  private static SpanData span(SpanKind kind) {
    List<SpanData> found = OTEL.getSpans().stream().filter(span -> span.getKind() == kind).toList();
    assertThat(found).hasSize(1);
    return found.get(0);
  }

  private static String traceparent(SpanData span) {
    String flags = span.getSpanContext().getTraceFlags().asHex();
    return "00-" + span.getTraceId() + "-" + span.getSpanId() + "-" + flags;
  }
}
