package dev.orrery.worker.binding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.orrery.client.ClientSettings;
import dev.orrery.client.OrreryClient;
import dev.orrery.worker.OrreryWorker;
import dev.orrery.worker.WorkerSettings;
import dev.orrery.worker.test.ProcessorTester;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/**
 * Checks that an application without OpenTelemetry can use the client and the SDK, which are
 * compiled with it.
 */
class WithoutOpenTelemetryTest {
  private static final String TOKEN = "a-token-for-tests";
  private static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

  @Test
  void lacksOpenTelemetryOnClassPath() {
    assertThatThrownBy(() -> Class.forName("io.opentelemetry.api.OpenTelemetry"))
        .isInstanceOf(ClassNotFoundException.class);
    assertThatThrownBy(() -> Class.forName("io.opentelemetry.context.Context"))
        .isInstanceOf(ClassNotFoundException.class);
  }

  @Test
  void submitsRuns() throws IOException {
    HttpServer api =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    api.createContext(
        "/",
        exchange -> {
          byte[] answer = "{\"id\":\"7\"}".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(202, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    api.start();
    try (OrreryClient client =
        ClientSettings.of("billing", TOKEN)
            .server("http://127.0.0.1:" + api.getAddress().getPort())
            .open()) {
      assertThat(client.runJob("invoice")).isEqualTo("7");
    } finally {
      api.stop(0);
    }
  }

  @Test
  void runsAttemptsWithTrace() {
    try (OrreryWorker worker =
        WorkerSettings.of("billing", TOKEN).processor("invoice", attempt -> null).start()) {
      assertThat(worker.processors()).containsExactly("java:invoice");
    }

    assertThat(
            ProcessorTester.of(
                    attempt -> attempt.traceParent().orElseThrow() + " " + attempt.parameters())
                .parameter("orrery.traceparent", TRACE)
                .run()
                .result())
        .contains(TRACE + " {}");
  }
}
