package dev.orrery.scheduler.edge.listener;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.protocol.WorkerOperation;
import dev.orrery.protocol.message.ByeResponse;
import dev.orrery.scheduler.base.problem.ProblemRouteInstaller;
import dev.orrery.scheduler.base.quota.QuotaMetrics;
import dev.orrery.scheduler.http.connection.ResponseMemory;
import dev.orrery.scheduler.http.connection.WorkerPort;
import dev.orrery.scheduler.http.filter.JsonResponseWriter;
import dev.orrery.scheduler.http.filter.LargeBodies;
import dev.orrery.scheduler.http.security.Caller;
import dev.orrery.scheduler.http.security.Role;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The worker API route with an operation and a writer that fail on demand. */
class HttpWorkerApiTest {
  private final Vertx vertx = Vertx.vertx();
  private final WorkerPort port = new WorkerPort();
  private Caller caller = new Caller(Role.WORKER, 7, "billing");
  private Throwable ofOperation;
  private Error ofWriter;
  private HttpServer server;

  @BeforeEach
  @SuppressWarnings("deprecation") // Quarkus sets users in the same way.
  void serve() throws Exception {
    Router router = Router.router(vertx);
    router
        .route()
        .order(Integer.MIN_VALUE)
        .handler(
            context -> {
              context.setUser(new QuarkusHttpUser(caller.toIdentity()));
              context.next();
            });
    ObjectMapper json = new ObjectMapper();
    new HttpWorkerApi(
            new FailingOperations(json),
            port,
            new LargeBodies(vertx),
            new FailingWriter(json),
            new ProblemRouteInstaller(json))
        .register(router);
    server = vertx.createHttpServer().requestHandler(router);
    server
        .listen(0, "127.0.0.1")
        .toCompletionStage()
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS);
    port.bound(server.actualPort());
  }

  @AfterEach
  void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private final class FailingOperations extends WorkerOperations {
    FailingOperations(ObjectMapper json) {
      super(new WorkerApi(null, null, null, null, null, null, null, null, null, null), json);
    }

    @Override
    CompletionStage<?> call(String path, CallContext context, InputStream body) {
      return ofOperation == null
          ? CompletableFuture.completedFuture(new ByeResponse(true))
          : CompletableFuture.failedFuture(ofOperation);
    }
  }

  private final class FailingWriter extends JsonResponseWriter {
    FailingWriter(ObjectMapper json) {
      super(new ResponseMemory(new QuotaMetrics(new SimpleMeterRegistry())), json);
    }

    @Override
    public void send(Object entity, RoutingContext request) {
      if (ofWriter != null) {
        throw ofWriter;
      }
      request.end("written");
    }
  }

  private HttpResponse<String> call(String method, String contentType) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + server.actualPort() + WorkerOperation.BYE.path()))
            .timeout(Duration.ofSeconds(10))
            .method(method, HttpRequest.BodyPublishers.ofString("{}"));
    if (contentType != null) {
      request.header("Content-Type", contentType);
    }
    return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void answers500WhenOperationFails() throws Exception {
    ofOperation = new StackOverflowError("on purpose");

    assertThat(call("POST", "application/json").statusCode()).isEqualTo(500);
  }

  @Test
  void answers500WhenWriterFails() throws Exception {
    ofWriter = new StackOverflowError("on purpose");

    assertThat(call("POST", "application/json").statusCode()).isEqualTo(500);
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/json", "Application/JSON; charset=utf-8", ""})
  void acceptsJson(String contentType) throws Exception {
    HttpResponse<String> answer = call("POST", contentType.isEmpty() ? null : contentType);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/jsonx", "application/json, text/plain", "text/plain"})
  void refusesMediaTypesExceptJson(String contentType) throws Exception {
    assertThat(call("POST", contentType).statusCode()).isEqualTo(415);
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "PUT", "DELETE"})
  void refusesMethodsExceptPost(String method) throws Exception {
    HttpResponse<String> answer = call(method, "application/json");

    assertThat(answer.statusCode()).isEqualTo(405);
    assertThat(answer.headers().firstValue("Allow")).contains("OPTIONS, POST");
  }

  @Test
  void answersOptionsWithAllowedMethods() throws Exception {
    HttpResponse<String> answer = call("OPTIONS", "application/json");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Allow")).contains("OPTIONS, POST");
  }

  @Test
  void refusesOtherRolesAndPorts() throws Exception {
    caller = new Caller(Role.VIEWER, 7, "billing");
    assertThat(call("POST", "application/json").statusCode()).isEqualTo(403);

    port.bound(1);
    assertThat(call("POST", "application/json").statusCode()).isEqualTo(404);
  }
}
