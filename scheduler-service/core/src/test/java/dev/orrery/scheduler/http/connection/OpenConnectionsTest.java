package dev.orrery.scheduler.http.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orrery.scheduler.base.quota.AppQuota;
import dev.orrery.scheduler.base.quota.QuotaMetrics;
import dev.orrery.scheduler.testkit.RawConnection;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.Channel;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Uses real connections to a server. The query of a request names the app of its valid token. */
@Tag("slow")
class OpenConnectionsTest {
  private static final String TRUSTED = "GET /?7 HTTP/1.1\r\nHost: localhost\r\n\r\n";

  private final Vertx vertx = Vertx.vertx();
  private final CompletableFuture<Channel> port = new CompletableFuture<>();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final AtomicInteger requests = new AtomicInteger();
  private byte[] response = {'!'};
  private OpenConnections connections;
  private HttpServer server;

  private void listen(boolean ours, Duration header, int most) {
    connections =
        new OpenConnections(
            most,
            AppQuota.NO_TOKEN,
            new ResponseMemory(new QuotaMetrics(meters)),
            new ConnectionMetrics(meters),
            new GuardTimes(header, Duration.ofSeconds(2), Duration.ofSeconds(10)));
    HttpServer created =
        vertx
            .createHttpServer(new HttpServerOptions().setHttp2ClearTextEnabled(false))
            .requestHandler(this::answer);
    if (ours) {
      created.connectionHandler(
          opened -> {
            if (!connections.onOpened(((ConnectionBase) opened).channel())) {
              opened.close();
            }
          });
    }
    server = created.listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture().join();
  }

  private void answer(HttpServerRequest request) {
    Channel connection = ((ConnectionBase) request.connection()).channel();
    requests.incrementAndGet();
    connections.onRequest(connection);
    if (request.query() != null) {
      ConnectionGuard.onCaller(connection, Integer.parseInt(request.query()));
    }
    port.complete(connection.parent());
    request.response().end(io.vertx.core.buffer.Buffer.buffer(response));
  }

  /** Makes the first request of a port that has no hook for its connections. */
  private void install() throws IOException {
    try (RawConnection first = connect()) {
      assertThat(first.isAnswered()).isTrue();
    }
    // A port takes a new handler on its own thread, perhaps after the next connection.
    port.join().eventLoop().submit(() -> {}).syncUninterruptibly();
  }

  private void listenAndInstall(boolean ours, Duration header, int most) throws IOException {
    listen(ours, header, most);
    if (!ours) {
      install();
    }
  }

  @AfterEach
  void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void closesConnectionWithoutCompleteHeader(boolean ours) throws IOException {
    listenAndInstall(ours, Duration.ofMillis(300), 100);
    try (RawConnection slow = connect();
        RawConnection silent = connect()) {
      slow.send("GET / HTTP/1.1\r\nHost:");

      assertThat(slow.isClosed()).isTrue();
      assertThat(silent.isClosed()).isTrue();
    }
  }

  /** Seconds, because two connections must be answered before the deadline. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void closesAnsweredConnectionWhenSecondHeaderIsSlow(boolean ours) throws IOException {
    listenAndInstall(ours, Duration.ofSeconds(2), 100);
    try (RawConnection used = connect();
        RawConnection slow = connect()) {
      assertThat(used.isAnswered()).isTrue();
      assertThat(slow.isAnswered()).isTrue();
      slow.send("GET / HTTP/1.1\r\nHost:");
      try (RawConnection later = connect()) {
        assertThat(later.isClosed()).as("the later one, which sends nothing").isTrue();
      }

      assertThat(slow.isClosed()).as("the one with half of a second header").isTrue();
      assertThat(used.isAnswered()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void replacesLongestIdleUntrustedConnection(boolean ours) throws IOException {
    listenAndInstall(ours, Duration.ofMinutes(1), 3);
    awaitNone();
    try (RawConnection first = connect();
        RawConnection second = connect();
        RawConnection trusted = connect()) {
      assertThat(trusted.isAnswered(TRUSTED)).isTrue();
      assertThat(first.isAnswered()).isTrue();
      assertThat(second.isAnswered()).isTrue();
      assertThat(first.isAnswered()).isTrue();

      try (RawConnection next = connect()) {
        assertThat(second.isClosed()).as("the one that is idle for longest").isTrue();
        assertThat(next.isAnswered()).isTrue();
        assertThat(first.isAnswered()).isTrue();
        assertThat(trusted.isAnswered(TRUSTED)).isTrue();
      }
    }
    assertThat(closed("replaced")).isEqualTo(1);
  }

  @Test
  void limitsTrustedConnectionsOfAppToHalf() throws IOException {
    listenAndInstall(true, Duration.ofMinutes(1), 4);
    List<RawConnection> ofTheApp = new ArrayList<>();
    for (int n = 0; n < 8; n++) {
      RawConnection connection = connect();
      assertThat(connection.isAnswered(TRUSTED)).isTrue();
      ofTheApp.add(connection);
    }

    try (RawConnection other = connect()) {
      assertThat(other.isAnswered("GET /?8 HTTP/1.1\r\nHost: localhost\r\n\r\n")).isTrue();
      assertThat(ofTheApp.get(0).isAnswered(TRUSTED)).isTrue();
      assertThat(ofTheApp.get(1).isAnswered(TRUSTED)).isTrue();
    }
    for (RawConnection connection : ofTheApp) {
      connection.close();
    }
  }

  @Test
  void refusesConnectionWhenAllOpenConnectionsAreTrusted() throws IOException {
    listenAndInstall(true, Duration.ofMinutes(1), 2);
    try (RawConnection one = connect();
        RawConnection two = connect()) {
      assertThat(one.isAnswered(TRUSTED)).isTrue();
      assertThat(two.isAnswered("GET /?8 HTTP/1.1\r\nHost: localhost\r\n\r\n")).isTrue();
      try (RawConnection third = connect()) {
        assertThat(third.isClosed()).isTrue();
      }
    }
    await().until(() -> answersNewConnection());
    assertThat(closed("full")).isPositive();
  }

  /** Without the guard, all responses are in memory before the first of them is sent. */
  @Test
  void boundsMemoryForPeersIgnoringResponses() throws IOException {
    listenAndInstall(false, Duration.ofMinutes(1), 100);
    response = new byte[20_000];
    String requests = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(400);
    long before = directBytes();
    AtomicLong most = new AtomicLong();
    List<RawConnection> deaf = new ArrayList<>();
    for (int n = 0; n < 4; n++) {
      RawConnection connection = connect();
      connection.sendInBackground(requests, 1000);
      deaf.add(connection);
    }

    await()
        .pollInterval(Duration.ofMillis(20))
        .until(
            () -> {
              most.accumulateAndGet(directBytes() - before, Math::max);
              return closed("stalled") == 4;
            });
    assertThat(most).hasValueLessThan(16L * 1024 * 1024);
    for (RawConnection connection : deaf) {
      connection.close();
    }
    response = new byte[] {'!'};
    assertThat(answersNewConnection()).isTrue();
  }

  @Test
  void closesHttp2ConnectionWithManyUnreadStreams() throws Exception {
    listenWithHttp2();
    response = new byte[1024 * 1024];
    HttpClient client = http2Client();
    for (int n = 0; n < 8; n++) {
      leaveUnread(client);
    }
    await().until(() -> port.isDone() && requests.get() == 8);
    assertThat(closed("unread")).isZero();

    leaveUnread(client);

    await().until(() -> closed("unread") == 1);
  }

  @Test
  void servesSequentialHttp2StreamsOnSingleConnection() throws Exception {
    listenWithHttp2();
    HttpClient client = http2Client();
    for (int n = 0; n < 30; n++) {
      assertThat(body(client).length()).isEqualTo(1);
    }

    assertThat(connections.count()).isEqualTo(1);
    assertThat(closed("unread")).isZero();
  }

  @Test
  void closesHttp2ConnectionsBeyondStreamMemory() throws Exception {
    listenWithHttp2();
    for (int n = 0; n < 100 && closed("unread") == 0; n++) {
      var unused =
          http2Client().request(HttpMethod.GET, "/").compose(HttpClientRequest::send).mapEmpty();
      int sent = n + 1;
      await().until(() -> requests.get() == sent);
    }

    assertThat(closed("unread")).isEqualTo(1);
    await().until(() -> connections.count() < requests.get());
    assertThat(answersNewConnection()).as("a connection of HTTP/1.1").isTrue();
  }

  private void listenWithHttp2() {
    connections =
        new OpenConnections(
            100,
            AppQuota.OPERATIONS,
            new ResponseMemory(new QuotaMetrics(meters)),
            new ConnectionMetrics(meters));
    server =
        vertx
            .createHttpServer(new HttpServerOptions().setHttp2ClearTextEnabled(true))
            .requestHandler(this::answer)
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .join();
  }

  /** Of one connection, which begins with HTTP/2. */
  private HttpClient http2Client() {
    return vertx.createHttpClient(
        new HttpClientOptions()
            .setProtocolVersion(HttpVersion.HTTP_2)
            .setHttp2ClearTextUpgrade(false)
            .setDefaultHost("127.0.0.1")
            .setDefaultPort(server.actualPort()));
  }

  private static void leaveUnread(HttpClient client) {
    var unused = client.request(HttpMethod.GET, "/").compose(OpenConnectionsTest::sendAndPause);
  }

  private static Future<HttpClientResponse> sendAndPause(HttpClientRequest request) {
    request.response().onSuccess(HttpClientResponse::pause);
    return request.send();
  }

  private static io.vertx.core.buffer.Buffer body(HttpClient client) {
    return client
        .request(HttpMethod.GET, "/")
        .compose(OpenConnectionsTest::sendAndRead)
        .toCompletionStage()
        .toCompletableFuture()
        .join();
  }

  /** Asks for the body before the request is sent, so that no part of it is missed. */
  private static Future<io.vertx.core.buffer.Buffer> sendAndRead(HttpClientRequest request) {
    Future<io.vertx.core.buffer.Buffer> body = request.response().compose(HttpClientResponse::body);
    return request.end().compose(sent -> body);
  }

  private boolean answersNewConnection() throws IOException {
    try (RawConnection next = connect()) {
      return next.isAnswered();
    } catch (SocketException e) {
      return false;
    }
  }

  private static long directBytes() {
    return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
        .filter(pool -> pool.getName().equals("direct"))
        .mapToLong(BufferPoolMXBean::getMemoryUsed)
        .sum();
  }

  /** The server learns of a closed connection some time after the client closed it. */
  private void awaitNone() {
    await().until(() -> connections.count() == 0);
  }

  private double closed(String reason) {
    return meters.get("orrery.connections.closed").tag("reason", reason).counter().count();
  }

  private RawConnection connect() throws IOException {
    return new RawConnection(server.actualPort());
  }
}
