package dev.orrery.worker.spring.otel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import com.sun.net.httpserver.HttpServer;
import dev.orrery.client.OrreryClient;
import dev.orrery.client.SubmissionTracing;
import dev.orrery.worker.binding.OrreryWorkerCustomizer;
import dev.orrery.worker.binding.client.OrreryClientCustomizer;
import dev.orrery.worker.spring.OrreryWorkerAutoConfiguration;
import dev.orrery.worker.spring.client.OrreryClientAutoConfiguration;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.testing.junit5.OpenTelemetryExtension;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class OrreryTracingAutoConfigurationTest {
  @RegisterExtension static final OpenTelemetryExtension OTEL = OpenTelemetryExtension.create();

  private final List<String> bodies = new CopyOnWriteArrayList<>();
  private HttpServer api;
  private ApplicationContextRunner runner;

  @BeforeEach
  void startApi() throws IOException {
    api = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    api.createContext(
        "/",
        exchange -> {
          bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          byte[] answer = "{\"id\":\"7\"}".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(202, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    api.start();
    runner =
        new ApplicationContextRunner()
            .withPropertyValues(
                "orrery.worker.app=billing",
                "orrery.worker.token=orrery_test_token_0123456789",
                "orrery.client.token=a-token-of-an-operator-for-tests",
                "orrery.client.server=http://127.0.0.1:" + api.getAddress().getPort())
            .withConfiguration(
                AutoConfigurations.of(
                    OrreryTracingAutoConfiguration.class,
                    OrreryWorkerAutoConfiguration.class,
                    OrreryClientAutoConfiguration.class));
  }

  @AfterEach
  void stopApi() {
    api.stop(0);
  }

  /** The context does not close what all tests have. */
  private ApplicationContextRunner traced() {
    return runner.withBean(
        OpenTelemetry.class, OTEL::getOpenTelemetry, bean -> bean.setDestroyMethodName(""));
  }

  @Test
  void tracesClientWithOpenTelemetryBean() {
    traced().run(context -> submitInSpan(context.getBean(OrreryClient.class)));

    assertThat(OTEL.getSpans())
        .extracting(span -> span.getKind())
        .containsExactly(SpanKind.PRODUCER, SpanKind.INTERNAL);
    assertThat(bodies)
        .singleElement(STRING)
        .startsWith(
            "{\"parameters\":{\"orrery.traceparent\":\"00-"
                + OTEL.getSpans().get(0).getTraceId()
                + "-"
                + OTEL.getSpans().get(0).getSpanId()
                + "-");
  }

  @Test
  void switchesTracingOffBySettings() {
    traced()
        .withPropertyValues("orrery.client.tracing=false", "orrery.worker.tracing=false")
        .run(
            context -> {
              assertThat(context).doesNotHaveBean(OrreryClientCustomizer.class);
              assertThat(context).doesNotHaveBean(OrreryWorkerCustomizer.class);
              submitInSpan(context.getBean(OrreryClient.class));
            });

    assertThat(bodies).containsExactly("{}");
  }

  @Test
  void letsCustomizerDisableTracing() {
    traced()
        .withBean(
            OrreryClientCustomizer.class,
            () -> settings -> settings.tracing(SubmissionTracing.NONE))
        .run(context -> submitInSpan(context.getBean(OrreryClient.class)));

    assertThat(bodies).containsExactly("{}");
  }

  @Test
  void tracesNothingWithoutOpenTelemetryBean() {
    runner.run(
        context -> {
          assertThat(context).hasNotFailed();
          submitInSpan(context.getBean(OrreryClient.class));
        });

    assertThat(bodies).containsExactly("{}");
  }

  @Test
  void startsWithoutOpenTelemetryApi() {
    runner
        .withClassLoader(new FilteredClassLoader("io.opentelemetry"))
        .run(
            context -> {
              assertThat(context).hasNotFailed();
              assertThat(context).doesNotHaveBean(OrreryTracingAutoConfiguration.class);
              assertThat(context.getBean(OrreryClient.class).runJob("invoice")).isEqualTo("7");
            });
  }

  private static void submitInSpan(OrreryClient client) {
    Span span = OTEL.getOpenTelemetry().getTracer("test").spanBuilder("request").startSpan();
    Runnable call = () -> assertThat(client.runJob("invoice")).isEqualTo("7");
    Context.current().with(span).wrap(call).run();
    span.end();
  }
}
