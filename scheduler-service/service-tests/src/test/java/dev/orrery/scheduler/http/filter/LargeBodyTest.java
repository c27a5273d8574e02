package dev.orrery.scheduler.http.filter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.WorkerOperation;
import dev.orrery.scheduler.testkit.RawHttp;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestApp.TokenRole;
import dev.orrery.scheduler.testkit.TestClient;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.restassured.RestAssured;
import io.vertx.core.Context;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.ext.Provider;
import jakarta.ws.rs.ext.ReaderInterceptor;
import jakarta.ws.rs.ext.ReaderInterceptorContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Checks that large submissions and worker messages are read on worker threads, and small ones are
 * not.
 */
@QuarkusTest
class LargeBodyTest {
  private static final Map<String, Boolean> READ_ON_EVENT_LOOP = new ConcurrentHashMap<>();

  private TestApp app;

  /** Notes the thread that reads a body. */
  @Provider
  static final class ThreadNote implements ReaderInterceptor {
    @Inject CurrentVertxRequest current;

    @Override
    public Object aroundReadFrom(ReaderInterceptorContext body) throws IOException {
      READ_ON_EVENT_LOOP.put(current.getCurrent().request().path(), Context.isOnEventLoopThread());
      return body.proceed();
    }
  }

  /** Reads bodies as the worker API does. */
  @Singleton
  static class NotedRoute {
    private static final String PATH = "/large-body-test";

    void register(@Observes Router router, LargeBodies bodies) {
      router
          .routeWithRegex(HttpMethod.POST, PATH)
          .order(BodyGate.AFTER_THE_BODY)
          .handler(call -> read(call, bodies));
    }

    private static void read(RoutingContext call, LargeBodies bodies) {
      bodies.read(
          call,
          body -> {
            READ_ON_EVENT_LOOP.put(PATH, Context.isOnEventLoopThread());
            call.end();
          });
    }
  }

  @BeforeEach
  void createApp() {
    app = TestApp.create().withJob("quick");
  }

  @Test
  void readsLargeBodyOfRouteOnWorkerThread() throws IOException {
    assertThat(submit(NotedRoute.PATH, padded("{}", LargeBodies.MAX_SMALL_BYTES + 1)))
        .isEqualTo(200);
    assertThat(READ_ON_EVENT_LOOP).containsEntry(NotedRoute.PATH, false);

    assertThat(submit(NotedRoute.PATH, padded("{}", LargeBodies.MAX_SMALL_BYTES))).isEqualTo(200);
    assertThat(READ_ON_EVENT_LOOP).containsEntry(NotedRoute.PATH, true);
  }

  @Test
  void acceptsLargeWorkerMessages() throws IOException {
    String report = "{\"session\":\"" + app.worker().session() + "\"}";

    assertThat(report(padded(report, LargeBodies.MAX_SMALL_BYTES + 1))).isEqualTo(200);
    assertThat(report(padded(report, LargeBodies.MAX_SMALL_BYTES + 1))).isEqualTo(200);
  }

  @Test
  void readsLargeSubmissionOnWorkerThread() throws IOException {
    String path = app.path("/jobs/quick/instances");

    assertThat(submit(path, padded("{}", LargeBodies.MAX_SMALL_BYTES + 1))).isEqualTo(202);
    assertThat(READ_ON_EVENT_LOOP).containsEntry(path, false);

    assertThat(submit(path, padded("{}", LargeBodies.MAX_SMALL_BYTES))).isEqualTo(202);
    assertThat(READ_ON_EVENT_LOOP).containsEntry(path, true);
  }

  @Test
  void storesConsecutiveLargeBatchSubmissions() throws IOException {
    String batch = "{\"instances\":[{\"job\":\"quick\"}]}";

    assertThat(submit(app.path("/instances"), padded(batch, 1024 * 1024))).isEqualTo(202);
    assertThat(submit(app.path("/instances"), padded(batch, 1024 * 1024))).isEqualTo(202);
  }

  @Test
  void releasesTurnAfterRefusedLargeBody() throws IOException {
    byte[] wrong = padded("{\"session\":", LargeBodies.MAX_SMALL_BYTES + 1);

    assertThat(report(wrong)).isEqualTo(400);
    assertThat(report(wrong)).isEqualTo(400);
  }

  private int report(byte[] body) throws IOException {
    return RawHttp.request(
            TestClient.port(), "POST", WorkerOperation.REPORT.path(), app.token(TokenRole.WORKER))
        .withLength(body)
        .status();
  }

  private int submit(String path, byte[] body) throws IOException {
    return RawHttp.request(RestAssured.port, "POST", path, app.token(TokenRole.OPERATOR))
        .withLength(body)
        .status();
  }

  private static byte[] padded(String json, int length) {
    return (" ".repeat(length - json.length()) + json).getBytes(StandardCharsets.UTF_8);
  }
}
