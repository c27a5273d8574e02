package dev.orrery.agent.processor.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.orrery.agent.processor.FakeContext;
import dev.orrery.agent.secret.SecretDirectory;
import dev.orrery.outbound.OutboundHttp;
import dev.orrery.protocol.ProcessorSpec;
import dev.orrery.protocol.network.AllowedNetworks;
import dev.orrery.worker.AttemptFailedException;
import dev.orrery.worker.StopCause;
import dev.orrery.worker.annotation.NonRetryableException;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sends requests to a real server at 127.0.0.1, which is an allowed address; 127.0.0.2 is not. */
@Timeout(60)
class HttpProcessorTest {
  private final Vertx vertx = Vertx.vertx();
  private final OutboundHttp http =
      OutboundHttp.open(
          vertx,
          AllowedNetworks.parse(HttpProcessorConfig.ALLOWED_NETWORKS, List.of("127.0.0.1")),
          Duration.ofSeconds(5),
          HttpProcessor.LOOKUPS);
  private final HttpProcessor processor =
      new HttpProcessor(http, Duration.ofSeconds(20), SecretDirectory.open(Optional.empty()));
  private HttpServer server;
  private int status = 200;
  private String answer = "done";
  private String location;
  private volatile String method;
  private volatile String target;
  private volatile Headers headers;
  private volatile String body;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
    server.createContext("/", this::handle);
    server.start();
  }

  private void handle(HttpExchange exchange) throws IOException {
    method = exchange.getRequestMethod();
    target = exchange.getRequestURI().toString();
    headers = exchange.getRequestHeaders();
    body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
    if (location != null) {
      exchange.getResponseHeaders().set("Location", location);
    }
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @AfterEach
  void stop() throws Exception {
    http.close();
    server.stop(0);
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private String url(String rest) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + rest;
  }

  private FakeContext get(String url, String... expectStatus) {
    return new FakeContext(
        new ProcessorSpec.Http("GET", url, Map.of(), null, List.of(expectStatus)));
  }

  private AttemptFailedException failure(FakeContext context) {
    Throwable thrown = thrown(context);
    assertThat(thrown).isInstanceOf(AttemptFailedException.class);
    return (AttemptFailedException) thrown;
  }

  private Throwable thrown(FakeContext context) {
    return catchThrowable(() -> processor.process(context));
  }

  @Test
  void stopsRetryingOnlyOnListedStatus() {
    ProcessorSpec spec =
        new ProcessorSpec.Http(
            "GET", url("/"), Map.of(), null, List.of("2xx"), List.of("404", "5xx"));
    status = 404;

    assertThat(thrown(new FakeContext(spec))).isInstanceOf(NonRetryableException.class);
    status = 503;
    assertThat(thrown(new FakeContext(spec))).isInstanceOf(NonRetryableException.class);
    status = 409;
    assertThat(thrown(new FakeContext(spec))).isExactlyInstanceOf(AttemptFailedException.class);
  }

  @Test
  void fillsPlaceholdersAndSendsAttemptHeaders() throws Exception {
    FakeContext context =
        new FakeContext(
                new ProcessorSpec.Http(
                    "POST",
                    url("/days/${fireTime}/${parameters.path}?q=${parameters.path}&x=1"),
                    Map.of("Authorization", "Bearer ${parameters.token}"),
                    "{\"region\":\"${parameters.region}\"}",
                    List.of("2xx")))
            .fireTime("2027-03-28T01:00:00Z")
            .trace("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
            .parameter("path", "a/b?c&d=ü %")
            .parameter("token", "t0")
            .parameter("region", "eu/west");

    assertThat(processor.process(context)).isEqualTo("done");

    String encoded = "a%2Fb%3Fc%26d%3D%C3%BC%20%25";
    assertThat(method).isEqualTo("POST");
    assertThat(target)
        .isEqualTo("/days/2027-03-28T01%3A00%3A00Z/" + encoded + "?q=" + encoded + "&x=1");
    assertThat(body).isEqualTo("{\"region\":\"eu/west\"}");
    assertThat(headers.getFirst("Authorization")).isEqualTo("Bearer t0");
    assertThat(headers.getFirst("Orrery-Instance")).isEqualTo("249518030950563840");
    assertThat(headers.getFirst("Orrery-Attempt")).isEqualTo("3");
    assertThat(headers.getFirst("Orrery-Job")).isEqualTo("nightly");
    assertThat(headers.getFirst("Orrery-Fire-Time")).isEqualTo("2027-03-28T01:00:00Z");
    assertThat(headers.getFirst("traceparent"))
        .isEqualTo("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
    assertThat(headers.getFirst("User-Agent")).isEqualTo("Orrery");
  }

  private HttpProcessor withSecrets(Path directory) throws IOException {
    for (Map.Entry<String, String> secret :
        Map.of("token", "open sesame/1", "key", "first\nsecond").entrySet()) {
      Path file = Files.writeString(directory.resolve(secret.getKey()), secret.getValue());
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }
    return new HttpProcessor(
        http, Duration.ofSeconds(20), SecretDirectory.open(Optional.of(directory)));
  }

  private FakeContext post(Map<String, String> requestHeaders, String text) {
    return new FakeContext(
        new ProcessorSpec.Http("POST", url("/"), requestHeaders, text, List.of("2xx")));
  }

  @Test
  void sendsSecretsAndMasksThem(@TempDir Path secrets) throws Exception {
    FakeContext context =
        new FakeContext(
            new ProcessorSpec.Http(
                "POST",
                url("/of/${secret.token}?q=${secret.token}"),
                Map.of("Authorization", "Bearer ${secret.token}"),
                "{\"token\":\"${secret.token}\",\"key\":\"${secret.key}\"}",
                List.of("2xx")));
    answer = "welcome, open sesame/1; first\nsecond";

    assertThat(withSecrets(secrets).process(context)).isEqualTo("welcome, ***; ***");

    assertThat(target).isEqualTo("/of/open%20sesame%2F1?q=open%20sesame%2F1");
    assertThat(headers.getFirst("Authorization")).isEqualTo("Bearer open sesame/1");
    assertThat(body).isEqualTo("{\"token\":\"open sesame/1\",\"key\":\"first\nsecond\"}");
    assertThat(context.texts("orrery")).singleElement().asString().contains("/of/***: status 200");
  }

  @Test
  void masksSecretTruncatedInError(@TempDir Path secrets) throws Exception {
    status = 500;
    answer = "x".repeat(490) + "open sesame/1" + "x".repeat(100);

    Throwable failure =
        catchThrowable(
            () ->
                withSecrets(secrets)
                    .process(post(Map.of("Authorization", "${secret.token}"), "a")));

    assertThat(failure)
        .isInstanceOf(AttemptFailedException.class)
        .hasMessageContaining("xx***xx")
        .hasMessageNotContaining("open s");
  }

  @Test
  void masksSecretTruncatedWithResponse(@TempDir Path secrets) throws Exception {
    String before = "open sesame/1".repeat(10);
    answer = before + "x".repeat(16 * 1024 - before.length() - 4) + "open sesame/1";

    String result =
        withSecrets(secrets).process(post(Map.of("Authorization", "${secret.token}"), "a"));

    assertThat(result).startsWith("***").contains("xx… (truncated").doesNotContain("open");
  }

  @ParameterizedTest
  @CsvSource({
    "User-Agent, ${secret.token}, the header User-Agent must have no secret",
    "X-Key, ${secret.key}, the header X-Key has a line break",
    "X-Key, ${secret.none}, the agent has no secret none (orrery.worker.secrets.dir)"
  })
  void failsWithoutRequestOrRetryOnUnusableSecret(
      String header, String value, String error, @TempDir Path secrets) throws Exception {
    HttpProcessor withSecrets = withSecrets(secrets);

    assertThatThrownBy(() -> withSecrets.process(post(Map.of(header, value), "a")))
        .isInstanceOf(NonRetryableException.class)
        .hasMessageStartingWith(error);
    assertThat(method).isNull();
  }

  @Test
  void sendsNoSecretToAnotherOriginOnRedirect(@TempDir Path secrets) throws Exception {
    HttpProcessor withSecrets = withSecrets(secrets);
    HttpServer other =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
    List<Headers> received = new CopyOnWriteArrayList<>();
    other.createContext(
        "/",
        exchange -> {
          received.add(exchange.getRequestHeaders());
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    other.start();
    try {
      status = 307;
      location = "http://127.0.0.1:" + other.getAddress().getPort() + "/";
      Map<String, String> secret = Map.of("Authorization", "Bearer ${secret.token}");

      assertThat(withSecrets.process(post(secret, "plain"))).isEmpty();
      assertThat(received).hasSize(1);
      assertThat(received.get(0).toString()).doesNotContain("sesame").doesNotContain("Authoriz");

      assertThatThrownBy(() -> withSecrets.process(post(Map.of(), "${secret.token}")))
          .isInstanceOf(AttemptFailedException.class)
          .hasMessageContaining("the body has a secret, so a redirect to another host");
      assertThat(received).hasSize(1);
    } finally {
      other.stop(0);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"..", ".", "../admin", "a/../../admin", "..\\admin"})
  void failsAttemptOnParameterWithDotSegmentInPath(String path) {
    FakeContext context = get(url("/files/${parameters.path}/x")).parameter("path", path);

    assertThat(failure(context)).hasMessageContaining("a parameter puts '.' or '..'");
    assertThat(target).isNull();
  }

  @Test
  void acceptsDotsInNamesQueriesAndJobUrl() throws Exception {
    processor.process(
        get(url("/files/${parameters.name}?q=${parameters.q}"))
            .parameter("name", "..a.b..")
            .parameter("q", "../x"));
    assertThat(target).isEqualTo("/files/..a.b..?q=..%2Fx");

    assertThat(processor.process(get(url("/a/../b")))).isEqualTo("done");
  }

  @Test
  void omitsFireTimeAndTraceHeadersForRunWithoutThem() throws Exception {
    assertThat(processor.process(get(url("/")))).isEqualTo("done");
    assertThat(headers.containsKey("traceparent")).isFalse();
    assertThat(headers.containsKey("Orrery-Fire-Time")).isFalse();
  }

  @Test
  void logsStatusAndDurationWithoutQuery() throws Exception {
    FakeContext context = get(url("/a?key=secret"));
    processor.process(context);
    assertThat(context.texts("orrery"))
        .singleElement()
        .asString()
        .matches("GET http://127\\.0\\.0\\.1:\\d+/a: status 200 after \\d+ ms");
  }

  @Test
  void failsOnUnexpectedStatusWithStartOfBody() {
    status = 503;
    answer = "x".repeat(2000);
    AttemptFailedException failure = failure(get(url("/"), "200", "4xx"));
    assertThat(failure).hasMessage("status 503, expected 200, 4xx: " + "x".repeat(500) + "…");
    assertThat(failure.result()).isEqualTo(answer);
  }

  @Test
  void failsWithOnlyStatusWhenBodyIsEmpty() {
    status = 500;
    answer = "";
    assertThat(failure(get(url("/")))).hasMessage("status 500, expected 2xx");
  }

  @ParameterizedTest
  @CsvSource({"404, 404", "418, 4xx", "500, 5xx"})
  void succeedsOnExpectedStatus(int given, String expected) throws Exception {
    status = given;
    assertThat(processor.process(get(url("/"), expected))).isEqualTo("done");
  }

  @Test
  void leavesExpectedRedirectUnfollowed() throws Exception {
    status = 302;
    location = "http://127.0.0.2/";
    assertThat(processor.process(get(url("/"), "3xx"))).isEqualTo("done");
  }

  @Test
  void truncatesLongResultAtCharacterBoundaryWithMarker() throws Exception {
    answer = "ü".repeat(10_000);
    String result = processor.process(get(url("/")));
    assertThat(result).startsWith("üü").endsWith("ü… (truncated, more than 16384 bytes)");
    assertThat(result.getBytes(StandardCharsets.UTF_8).length)
        .isLessThanOrEqualTo(16 * 1024)
        .isGreaterThan(16 * 1024 - 4);
  }

  @Test
  void keepsResultOfMaximumSize() throws Exception {
    answer = "x".repeat(16 * 1024);
    assertThat(processor.process(get(url("/")))).isEqualTo(answer);
  }

  @Test
  void refusesUnlistedAddressEvenAfterRedirect() {
    String fix = "To allow it, list its network in orrery.worker.http.allowed-networks";
    assertThat(failure(get("http://127.0.0.2/"))).hasMessageContaining(fix);
    status = 302;
    location = "http://127.0.0.2/";
    assertThat(failure(get(url("/")))).hasMessageContaining(fix);
  }

  @Test
  void encodesParameterInHostName() {
    FakeContext context =
        get("http://${parameters.host}.invalid/").parameter("host", "127.0.0.2/x?");
    assertThat(failure(context)).hasMessageContaining("127.0.0.2%2Fx%3F.invalid");
    assertThat(method).isNull();
  }

  @Test
  void refusesParameterWithLineBreakInHeader() {
    FakeContext context =
        new FakeContext(
                new ProcessorSpec.Http(
                    "GET", url("/"), Map.of("X-A", "${parameters.a}"), null, List.of()))
            .parameter("a", "1\r\nX-B: 2");
    assertThat(failure(context)).hasMessageContaining("the request cannot be sent");
    assertThat(method).isNull();
  }

  @Test
  void sendsNoRequestWhenParameterIsMissing() {
    assertThat(failure(get(url("/${parameters.none}"))))
        .hasMessage("there is no parameter for the placeholder ${parameters.none}");
    assertThat(method).isNull();
  }

  @Test
  void abortsRequestOnTimeout() throws Exception {
    HttpProcessor hasty =
        new HttpProcessor(http, Duration.ofMillis(200), SecretDirectory.open(Optional.empty()));
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Throwable thrown =
          catchThrowable(
              () -> hasty.process(get("http://127.0.0.1:" + silent.getLocalPort() + "/")));
      assertThat(thrown)
          .isInstanceOf(AttemptFailedException.class)
          .hasMessage("no complete response within 200 ms");
    }
  }

  @Test
  void abortsRequestWhenAttemptIsStopped() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      FakeContext context = get("http://127.0.0.1:" + silent.getLocalPort() + "/");
      CompletableFuture<Throwable> ended =
          CompletableFuture.supplyAsync(() -> catchThrowable(() -> processor.process(context)));
      try (Socket accepted = silent.accept()) {
        accepted.setSoTimeout(20_000);
        assertThat(accepted.getInputStream().read()).isEqualTo('G');
        context.stop(StopCause.CANCELED);
        assertThat(ended.get(20, TimeUnit.SECONDS)).hasMessage("the request was canceled");
        assertThat(accepted.getInputStream().readAllBytes()).isNotNull();
      }
    }
  }
}
