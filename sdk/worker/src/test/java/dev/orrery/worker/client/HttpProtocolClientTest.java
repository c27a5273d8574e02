package dev.orrery.worker.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.WorkerOperation;
import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.protocol.message.HandshakeResponse;
import dev.orrery.protocol.message.LogsRequest;
import dev.orrery.protocol.message.ProblemDetail;
import dev.orrery.protocol.message.RenewRequest;
import dev.orrery.protocol.message.RenewResponse;
import dev.orrery.protocol.message.WorkerOffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpProtocolClientTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final RenewRequest RENEWAL =
      new RenewRequest("s-1", List.of(new AttemptRef(Long.MAX_VALUE, 3)), false);

  private final HttpProtocolClient client = new HttpProtocolClient(Credentials.of("secret-token"));
  private final LinkedBlockingQueue<Received> received = new LinkedBlockingQueue<>();
  private HttpServer server;
  private URI address;
  private int status = 200;
  private String contentType = "application/json";
  private String body = "{\"leaseRemaining\":30000}";

  private record Received(
      String method, String path, String authorization, String contentType, String body) {}

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.start();
    address = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  @AfterEach
  void close() {
    client.close();
    server.stop(0);
  }

  @Test
  void postsOperationToPathWithToken() throws Exception {
    RenewResponse response = renew().get(10, TimeUnit.SECONDS);

    assertThat(response).isEqualTo(new RenewResponse(30000, List.of(), List.of()));
    Received request = received.take();
    assertThat(request.method()).isEqualTo("POST");
    assertThat(request.path()).isEqualTo("/worker/v1/renew");
    assertThat(request.authorization()).isEqualTo("Bearer secret-token");
    assertThat(request.contentType()).isEqualTo("application/json");
    assertThat(new ObjectMapper().readTree(request.body()))
        .isEqualTo(
            new ObjectMapper()
                .readTree(
                    """
                    {"session":"s-1","held":[{"instance":"9223372036854775807","attempt":3}],
                     "draining":false}
                    """));
    assertThat(client.protocol()).isEqualTo(Protocol.HTTP);
  }

  @Test
  void parsesResponseIgnoringUnknownFields() throws Exception {
    body =
        """
        {"session":"s","version":1,"leaseRemaining":30000,"pollWait":25000,"renewInterval":10000,
         "serverTime":"2026-05-01T12:00:00Z","softwareVersion":"2.0","ofTheFuture":{"x":[1]}}
        """;

    HandshakeResponse response =
        client.ask(address, WorkerOperation.HANDSHAKE, offer(), TIMEOUT).get(10, TimeUnit.SECONDS);

    assertThat(response)
        .isEqualTo(
            new HandshakeResponse(
                "s", 1, 30000, 25000, 10000, Instant.parse("2026-05-01T12:00:00Z"), "2.0"));
  }

  @Test
  void refusesResponseWithoutEnd() {
    body = "{\"leaseRemaining\":30000" + " ".repeat(HttpProtocolClient.MAX_RESPONSE_BYTES);

    assertThat(catchThrowable(() -> renew().get(60, TimeUnit.SECONDS)))
        .hasMessageContaining("its response is larger than 64 MiB");
  }

  @ParameterizedTest
  @CsvSource({
    "409, SESSION_GONE",
    "404, NOT_FOUND",
    "401, UNAUTHENTICATED",
    "429, OVERLOADED",
    "503, UNAVAILABLE",
    "409, PROTOCOL_MISMATCH"
  })
  void exposesProblemOfSchedulerOnRefusal(int httpStatus, ErrorCode code) {
    status = httpStatus;
    contentType = ProblemDetail.MEDIA_TYPE;
    body =
        "{\"status\":%d,\"code\":\"%s\",\"detail\":\"d\",\"settingToChange\":\"worker: x=y\"}"
            .formatted(httpStatus, code);

    ProtocolClientException refusal = failure(renew());

    assertThat(refusal.code()).isEqualTo(code);
    assertThat(refusal.problem().detail()).isEqualTo("d");
    assertThat(refusal.problem().settingToChange()).isEqualTo("worker: x=y");
    assertThat(refusal.problem().status()).isEqualTo(httpStatus);
  }

  @Test
  void keepsDetailOfRefusalWithUnknownCode() {
    status = 409;
    body = "{\"status\":409,\"code\":\"QUOTA\",\"detail\":\"too many workers\"}";

    ProtocolClientException refusal = failure(renew());

    assertThat(refusal.code()).isEqualTo(ErrorCode.UNKNOWN);
    assertThat(refusal.problem().detail()).isEqualTo("too many workers");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          404 | text/html        | <html>Not Found</html>
          502 | text/html        | <html>Bad Gateway</html>
          500 | application/json | {"error":"boom"}
          500 | application/json | []
          500 | application/json | null
          403 | text/plain       | ""
          302 | text/plain       | ""
          """)
  void reportsThatServerIsNotAScheduler(int httpStatus, String type, String text) {
    status = httpStatus;
    contentType = type;
    body = text;

    ProtocolClientException failure = failure(renew());

    assertThat(failure.code()).isEqualTo(ErrorCode.UNREACHABLE);
    assertThat(failure.problem().detail())
        .isEqualTo(
            "The server at %s is not an Orrery scheduler (HTTP status %d)."
                .formatted(address, httpStatus));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<html>Welcome</html>",
        "",
        "null",
        "[]",
        "{\"leaseRemaining\":\"soon\"}",
        "{\"leaseRemaining\":30000"
      })
  void reportsUnreachableForUnreadableResponse(String text) {
    body = text;

    ProtocolClientException failure = failure(renew());

    assertThat(failure.code()).isEqualTo(ErrorCode.UNREACHABLE);
    assertThat(failure.problem().detail())
        .isEqualTo("The response of " + address + " cannot be read.");
  }

  @Test
  void protectsTokenByNotFollowingRedirects() throws Exception {
    status = 307;
    body = "";

    failure(renew());

    assertThat(received).hasSize(1);
  }

  @Test
  void explainsPossibleCausesOfRefusedConnection() throws Exception {
    server.stop(0);

    ProtocolClientException failure = failure(renew());

    assertThat(failure.code()).isEqualTo(ErrorCode.UNREACHABLE);
    assertThat(failure.problem().detail())
        .startsWith("Cannot connect to " + address)
        .contains("the scheduler is down")
        .contains("the protocol http is not active there")
        .contains("firewall");
  }

  @Test
  void blamesNoProtocolForRefusedDiscovery() throws Exception {
    server.stop(0);

    ProtocolClientException failure =
        failure(client.ask(address, WorkerOperation.DISCOVERY, offer(), TIMEOUT));

    assertThat(failure.problem().detail())
        .startsWith("Cannot connect to " + address)
        .contains("its API has another address")
        .doesNotContain("protocol");
  }

  @Test
  void reportsUnreachableForUnknownHost() {
    ProtocolClientException failure =
        failure(renewAt(URI.create("http://no-such-host.invalid:10010"), TIMEOUT));

    assertThat(failure.code()).isEqualTo(ErrorCode.UNREACHABLE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"leaseRem",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"lea\r\n",
        "HTTP/1.1 2"
      })
  void reportsBrokenConnectionForTruncatedResponse(String start) throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      CompletableFuture<Void> served =
          CompletableFuture.runAsync(() -> answerAndHangUp(socket, start));

      ProtocolClientException failure =
          failure(renewAt(URI.create("http://127.0.0.1:" + socket.getLocalPort()), TIMEOUT));

      assertThat(failure.code()).isEqualTo(ErrorCode.UNREACHABLE);
      assertThat(failure.problem().detail()).contains("broke");
      served.get(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void failsRequestWithoutTimelyResponse() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      ProtocolClientException failure =
          failure(
              renewAt(
                  URI.create("http://127.0.0.1:" + silent.getLocalPort()), Duration.ofMillis(100)));

      assertThat(failure.code()).isEqualTo(ErrorCode.UNREACHABLE);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "one:10010", "//one:10010", "ftp://one", "http:///x"})
  void reportsUnreachableForInvalidAddress(String undialable) {
    ProtocolClientException failure = failure(renewAt(URI.create(undialable), TIMEOUT));

    assertThat(failure.code()).isEqualTo(ErrorCode.UNREACHABLE);
    assertThat(failure.problem().detail()).contains("'" + undialable + "'");
  }

  @Test
  void sendsUnpairedSurrogateSafely() throws Exception {
    body = "{}";
    LogsRequest logs =
        new LogsRequest(
            "s",
            List.of(
                new LogsRequest.Chunk(
                    1, 1, 0, List.of(new LogsRequest.Line(0, "stdout", "cut \uD83D")))));

    client.ask(address, WorkerOperation.LOGS, logs, TIMEOUT).get(10, TimeUnit.SECONDS);

    assertThat(received.take().body()).contains("cut ");
  }

  @Test
  void hidesTokenFromFailureMessages() throws Exception {
    server.stop(0);

    ProtocolClientException failure = failure(renew());

    assertThat(failure).hasMessageNotContaining("secret-token");
    assertThat(failure.problem().toString()).doesNotContain("secret-token");
  }

  private CompletableFuture<RenewResponse> renew() {
    return renewAt(address, TIMEOUT);
  }

  private CompletableFuture<RenewResponse> renewAt(URI server, Duration timeout) {
    return client.ask(server, WorkerOperation.RENEW, RENEWAL, timeout);
  }

  private static WorkerOffer offer() {
    return new WorkerOffer(null, null, 1, 1, "1", "billing", "w", List.of(), List.of(), 1);
  }

  private static ProtocolClientException failure(CompletableFuture<?> future) {
    Throwable thrown = catchThrowable(() -> future.get(10, TimeUnit.SECONDS));
    assertThat(thrown).isInstanceOf(ExecutionException.class);
    assertThat(thrown.getCause()).isInstanceOf(ProtocolClientException.class);
    return (ProtocolClientException) thrown.getCause();
  }

  private void handle(HttpExchange exchange) throws IOException {
    received.add(
        new Received(
            exchange.getRequestMethod(),
            exchange.getRequestURI().getPath(),
            exchange.getRequestHeaders().getFirst("Authorization"),
            exchange.getRequestHeaders().getFirst("Content-Type"),
            new String(exchange.getRequestBody().readAllBytes(), UTF_8)));
    byte[] bytes = body.getBytes(UTF_8);
    exchange.getResponseHeaders().set("Content-Type", contentType);
    exchange.getResponseHeaders().set("Location", address + "/elsewhere");
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private static void answerAndHangUp(ServerSocket server, String start) {
    try (Socket connection = server.accept()) {
      // What was not read would be answered with a reset instead of an end.
      byte[] buffer = new byte[4096];
      int read = connection.getInputStream().read(buffer);
      assertThat(read).isPositive();
      connection.getOutputStream().write(start.getBytes(UTF_8));
      connection.getOutputStream().flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
