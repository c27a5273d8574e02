package dev.orrery.worker.binding.declare;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.orrery.testing.program.Await;
import dev.orrery.worker.binding.declare.DeclareStatus.Phase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JobDeclarerTest {
  private static final String TOKEN = "orrery_test";
  private static final Duration SOON = Duration.ofSeconds(20);

  private final Queue<Integer> answers = new ConcurrentLinkedQueue<>();
  private final Queue<String> requests = new ConcurrentLinkedQueue<>();
  private HttpServer api;

  @BeforeEach
  void startApi() throws IOException {
    api = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    api.createContext("/", this::answer);
    api.start();
  }

  @AfterEach
  void stopApi() {
    api.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    requests.add(
        exchange.getRequestMethod()
            + " "
            + exchange.getRequestURI()
            + " "
            + exchange.getRequestHeaders().getFirst("Authorization")
            + " "
            + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
    byte[] body = "{\"detail\":\"why\"}".getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(answers.isEmpty() ? 200 : answers.remove(), body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @Test
  void appliesAllJobsOfOwnerWithPrune() {
    declare(Phase.APPLIED);

    assertThat(requests)
        .containsExactly(
            "POST /api/v1/apps/billing/jobs:apply Bearer "
                + TOKEN
                + " {\"owner\":\"code.billing\",\"prune\":true,\"jobs\":[{\"name\":\"a\"},"
                + "{\"name\":\"b\"}]}");
  }

  @Test
  void retriesWhileSchedulerIsUnavailable() {
    answers.addAll(List.of(503, 429, 500));

    declare(Phase.APPLIED);

    assertThat(requests).hasSize(4);
  }

  @Test
  void givesUpAfterRefusal() {
    answers.add(422);

    DeclareStatus status = declare(Phase.REFUSED);

    assertThat(status.detail()).isEqualTo("status 422: {\"detail\":\"why\"}");
    assertThat(requests).hasSize(1);
  }

  @Test
  void staysPendingUntilClosedWhenSchedulerIsUnreachable() {
    int port = api.getAddress().getPort();
    api.stop(0);
    JobDeclarer declarer = new JobDeclarer(settings(port), Duration.ofMillis(1)).start();
    try (declarer) {
      Await.until("a try has failed", SOON, () -> !declarer.status().detail().isEmpty());

      assertThat(declarer.status().phase()).isEqualTo(Phase.PENDING);
      assertThat(declarer.status().detail()).startsWith("the API does not answer: ");
    }
    Await.until("the thread has ended", SOON, () -> !declarer.isActive());
  }

  @Test
  void hidesTokenInToString() {
    assertThat(settings(1)).asString().doesNotContain(TOKEN);
  }

  private DeclareStatus declare(Phase expected) {
    try (JobDeclarer declarer =
        new JobDeclarer(settings(api.getAddress().getPort()), Duration.ofMillis(1)).start()) {
      Await.until("the jobs are " + expected, SOON, () -> declarer.status().phase() == expected);
      return declarer.status();
    }
  }

  private static DeclareSettings settings(int port) {
    return new DeclareSettings(
        URI.create("http://127.0.0.1:" + port + "/"),
        "billing",
        TOKEN,
        "code.billing",
        List.of(new JobDeclaration(Map.of("name", "a")), new JobDeclaration(Map.of("name", "b"))));
  }
}
