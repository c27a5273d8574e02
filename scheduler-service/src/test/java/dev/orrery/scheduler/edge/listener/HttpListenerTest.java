package dev.orrery.scheduler.edge.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.VersionRange;
import dev.orrery.protocol.WorkerOperation;
import dev.orrery.protocol.agreement.SchedulerProtocols;
import dev.orrery.scheduler.base.lifecycle.Times;
import dev.orrery.scheduler.base.problem.ProblemWriter;
import dev.orrery.scheduler.base.quota.QuotaMetrics;
import dev.orrery.scheduler.engine.agreement.LoopbackProtocolConfig;
import dev.orrery.scheduler.engine.agreement.PortRegistry;
import dev.orrery.scheduler.engine.dispatch.RecordingPollService;
import dev.orrery.scheduler.http.connection.ConnectionConfig;
import dev.orrery.scheduler.http.connection.ConnectionMetrics;
import dev.orrery.scheduler.http.connection.ResponseMemory;
import dev.orrery.scheduler.http.connection.WorkerPort;
import dev.orrery.scheduler.testkit.CapturedLog;
import dev.orrery.scheduler.testkit.RawConnection;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The listener with operations that answer when the test completes them. */
class HttpListenerTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  /** Less than the time-out, and more than a stop takes on a busy machine. */
  private static final Duration AT_ONCE = Duration.ofSeconds(15);

  private static final Duration SHORT = Duration.ofMillis(200);
  private static final int MOST = 3;

  private final Vertx vertx = Vertx.vertx();
  private final Router router = Router.router(vertx);
  private final PortRegistry ports = new PortRegistry();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final HttpClient client = HttpClient.newHttpClient();
  private final BlockingQueue<RoutingContext> parked = new LinkedBlockingQueue<>();
  private final BlockingQueue<RoutingContext> reports = new LinkedBlockingQueue<>();
  private final CountDownLatch stopping = new CountDownLatch(1);
  private HttpListener listener = listener(TIMEOUT);

  private HttpListener listener(Duration timeout) {
    return new HttpListener(
        vertx,
        new SchedulerProtocols(List.of(Protocol.HTTP), Protocol.HTTP, VersionRange.SUPPORTED),
        new LoopbackProtocolConfig(),
        Times.of(Duration.ZERO, timeout),
        ports,
        new RecordingPollService(this::answerPolls),
        new ProblemWriter(new ObjectMapper()),
        null,
        new WorkerPort(),
        new FixedConnectionConfig(),
        new ResponseMemory(new QuotaMetrics(meters)),
        new ConnectionMetrics(meters),
        List.of());
  }

  private record FixedConnectionConfig(int maxApi, int maxHttp, int maxManagement)
      implements ConnectionConfig {
    FixedConnectionConfig() {
      this(1000, MOST, 1000);
    }
  }

  private void answerPolls() {
    parked.forEach(poll -> answer(poll, 503));
    stopping.countDown();
  }

  private static void answer(RoutingContext request, int status) {
    var unused = request.response().setStatusCode(status).end("!");
  }

  @BeforeEach
  void start() {
    listener.install(router);
    router.route(WorkerOperation.POLL.path()).handler(parked::add);
    router.route(WorkerOperation.REPORT.path()).handler(reports::add);
    router.route(WorkerOperation.BYE.path()).handler(request -> answer(request, 200));
    listener.start(new StartupEvent());
  }

  @AfterEach
  void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  @Test
  void answersParkedPollsAndStopsImmediately() throws Exception {
    CompletableFuture<HttpResponse<String>> poll = send(WorkerOperation.POLL);
    parked.put(next(parked));

    long began = System.nanoTime();
    listener.stop(new ShutdownEvent());

    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(AT_ONCE);
    assertThat(poll.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(503);
    assertThat(ports.isBound(Protocol.HTTP)).isFalse();
  }

  @Test
  void finishesOnlyRequestsInFlightDuringStop() throws Exception {
    int port = ports.of(Protocol.HTTP);
    CompletableFuture<HttpResponse<String>> before = send(WorkerOperation.REPORT);
    RoutingContext inFlight = next(reports);

    CompletableFuture<Void> stopped = CompletableFuture.runAsync(this::stop);
    assertThat(stopping.await(20, TimeUnit.SECONDS)).isTrue();
    HttpResponse<String> refused = send(WorkerOperation.REPORT).get(20, TimeUnit.SECONDS);

    assertThat(refused.statusCode()).isEqualTo(ErrorCode.UNAVAILABLE.status());
    assertThat(refused.body()).contains("\"UNAVAILABLE\"");
    assertThat(reports).isEmpty();
    assertThat(stopped).isNotDone();
    assertThat(ports.isBound(Protocol.HTTP)).isTrue();

    answer(inFlight, 200);
    assertThat(before.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    stopped.get(20, TimeUnit.SECONDS);
    assertThatThrownBy(() -> new RawConnection(port).close()).isInstanceOf(ConnectException.class);
  }

  @Test
  void logsRequestsCutOffAtShutdownTimeout() throws Exception {
    listener = listener(SHORT);
    listener.install(router);
    listener.start(new StartupEvent());
    CompletableFuture<HttpResponse<String>> cutOff = send(WorkerOperation.REPORT);
    next(reports);

    try (CapturedLog log = CapturedLog.of(HttpListener.class)) {
      listener.stop(new ShutdownEvent());

      assertThat(log.lines())
          .containsExactly(
              "WARN Shutdown timed out; cut off worker requests: protocol=http count=1");
    }
    assertThatThrownBy(() -> cutOff.get(20, TimeUnit.SECONDS))
        .hasCauseInstanceOf(IOException.class);
  }

  @Test
  void servesUnlimitedNumberOfSequentialConnections() throws IOException {
    for (int n = 0; n < 3 * MOST; n++) {
      try (RawConnection connection = new RawConnection(ports.of(Protocol.HTTP))) {
        assertThat(connection.isAnswered(bye())).isTrue();
      }
    }
    stop();
  }

  @Test
  void replacesLongestIdleConnectionAtLimit() throws IOException {
    int port = ports.of(Protocol.HTTP);
    try (RawConnection one = new RawConnection(port);
        RawConnection two = new RawConnection(port);
        RawConnection three = new RawConnection(port)) {
      for (RawConnection connection : List.of(one, two, three, one)) {
        assertThat(connection.isAnswered(bye())).isTrue();
      }

      try (RawConnection four = new RawConnection(port)) {
        assertThat(four.isAnswered(bye())).isTrue();
        assertThat(two.isClosed()).isTrue();
        assertThat(three.isAnswered(bye())).isTrue();
        assertThat(one.isAnswered(bye())).isTrue();
      }
    }
    stop();
  }

  private void stop() {
    try {
      listener.stop(new ShutdownEvent());
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String bye() {
    return "POST "
        + WorkerOperation.BYE.path()
        + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n";
  }

  private static RoutingContext next(BlockingQueue<RoutingContext> requests)
      throws InterruptedException {
    RoutingContext next = requests.poll(20, TimeUnit.SECONDS);
    assertThat(next).as("a request").isNotNull();
    return next;
  }

  private CompletableFuture<HttpResponse<String>> send(WorkerOperation<?, ?> operation) {
    URI uri = URI.create("http://127.0.0.1:" + ports.of(Protocol.HTTP) + operation.path());
    return client.sendAsync(
        HttpRequest.newBuilder(uri)
            .version(HttpClient.Version.HTTP_1_1)
            .POST(HttpRequest.BodyPublishers.ofString("{}"))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
