package dev.orrery.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.orrery.outbound.OutboundException.Kind;
import dev.orrery.outbound.Server.Answer;
import dev.orrery.protocol.network.AllowedNetworks;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Uses real sockets: 127.0.0.1 is listed, 127.0.0.2 is not. */
@Timeout(30)
@Tag("slow")
class OutboundHttpTest {
  private static final String SETTING = "orrery.test.allowed-networks";
  private static final LookupLimits LOOKUPS = new LookupLimits(2, Duration.ofSeconds(8));
  private static final int OWNER = 1;
  private static Vertx vertx;

  private final FakeNames names = new FakeNames();
  private OutboundHttp http;
  private Server listed;
  private Server unlisted;

  @BeforeAll
  static void startVertx() {
    vertx = Vertx.vertx();
  }

  @AfterAll
  static void stopVertx() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @BeforeEach
  void start() throws IOException {
    listed = Server.on("127.0.0.1");
    // The same port on the other address: what goes there by a second look-up would arrive.
    unlisted = Server.on("127.0.0.2", listed.port());
    http =
        OutboundHttp.open(
            vertx,
            AllowedNetworks.parse(SETTING, List.of("127.0.0.1/32", "127.0.0.3/32")),
            Duration.ofSeconds(2),
            LOOKUPS,
            names,
            new HttpClientOptions());
  }

  @AfterEach
  void stop() {
    http.close();
    listed.close();
    unlisted.close();
  }

  private String url(String host, String target) {
    return "http://" + host + ":" + listed.port() + target;
  }

  private static OutboundRequest get(String url) {
    return request("GET", url, Map.of(), null);
  }

  private static OutboundRequest get(String url, Duration timeout, int maxRedirects) {
    return new OutboundRequest(
        "GET", URI.create(url), Map.of(), Optional.empty(), timeout, maxRedirects, 100, OWNER);
  }

  private static OutboundRequest request(
      String method, String url, Map<String, String> headers, String body) {
    return new OutboundRequest(
        method,
        URI.create(url),
        headers,
        Optional.ofNullable(body),
        Duration.ofSeconds(10),
        3,
        64 * 1024,
        OWNER);
  }

  private OutboundResponse send(OutboundRequest request) throws Exception {
    return http.send(request).get(20, TimeUnit.SECONDS);
  }

  private OutboundException failure(OutboundRequest request) {
    Throwable thrown = catchThrowable(() -> send(request));
    assertThat(thrown).isInstanceOf(ExecutionException.class);
    assertThat(thrown.getCause()).isInstanceOf(OutboundException.class);
    return (OutboundException) thrown.getCause();
  }

  @Test
  void sendsRequestExactlyAsWritten() throws Exception {
    names.add("service.test", "127.0.0.1");
    OutboundResponse response =
        send(
            request(
                "PATCH",
                url("service.test", "/a%2Fb/ü?q=%20&r=ß"),
                Map.of("X-Token", "t", "Content-Type", "text/plain"),
                "grüße"));
    assertThat(response.status()).isEqualTo(200);
    assertThat(response.body()).isEqualTo("hello");
    assertThat(response.truncated()).isFalse();
    Server.Received received = listed.only();
    assertThat(received.method()).isEqualTo("PATCH");
    assertThat(received.target()).isEqualTo("/a%2Fb/%C3%BC?q=%20&r=%C3%9F");
    assertThat(received.body()).isEqualTo("grüße");
    assertThat(received.header("X-token")).isEqualTo("t");
    assertThat(received.header("Host")).isEqualTo("service.test:" + listed.port());
  }

  @Test
  void sendsHeadersAsUtf8() throws Exception {
    Map<String, String> headers = Map.of("X-Title", "日本", "X-V", "Zoë\u0085 😀");

    send(request("GET", url("127.0.0.1", "/"), headers, null));

    assertThat(utf8(listed.only().header("X-title"))).isEqualTo("日本");
    assertThat(utf8(listed.only().header("X-v"))).isEqualTo("Zoë\u0085 😀");
  }

  private static String utf8(String bytes) {
    return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  @Test
  void keepsDecomposedUrlCharacters() throws Exception {
    send(get(url("127.0.0.1", "/e\u0301?e\u0301")));

    assertThat(listed.only().target()).isEqualTo("/e%CC%81?e%CC%81");
  }

  @ParameterizedTest
  @CsvSource({
    "/café, /caf%C3%A9",
    "/straße, /stra%C3%9Fe",
    "?page=2, /a/b?page=2",
    "../../../x y, /x%20y"
  })
  void followsRedirectLocationsLikeBrowsers(String location, String target) throws Exception {
    String header =
        new String(location.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    listed.answer("/a/b", Answer.redirect(302, header));
    OutboundRequest request = get(url("127.0.0.1", "/a/b?page=1"));

    if (target.startsWith("/a/b")) {
      assertThat(failure(request).kind()).isEqualTo(Kind.TOO_MANY_REDIRECTS);
    } else {
      assertThat(send(request).body()).isEqualTo("hello");
    }

    assertThat(listed.received().get(1).target()).isEqualTo(target);
  }

  @ParameterizedTest
  @ValueSource(ints = {201, 204, 302, 404, 500})
  void returnsResponseForAnyStatus(int status) throws Exception {
    listed.answer("/", new Answer(status, Map.of("Retry-After", "7"), ""));
    OutboundResponse response = send(get(url("127.0.0.1", "/")));
    assertThat(response.status()).isEqualTo(status);
    assertThat(response.retryAfter()).contains("7");
    assertThat(response.body()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.2, 127.0.0.2",
    "169.254.169.254, 169.254.169.254",
    "10.0.0.1, 10.0.0.1",
    "[::1], 0:0:0:0:0:0:0:1",
    "[::ffff:127.0.0.2], 127.0.0.2",
    "[fd00:ec2::254], fd00:ec2:0:0:0:0:0:254",
    "0.0.0.0, 0.0.0.0",
  })
  void refusesUnlistedAddressAndNamesTheAddressAndSetting(String host, String literal) {
    OutboundException failure = failure(get(url(host, "/")));
    assertThat(failure.kind()).isEqualTo(Kind.REFUSED_ADDRESS);
    assertThat(failure).hasMessageContaining(literal).hasMessageContaining(SETTING);
    assertThat(unlisted.received()).isEmpty();
  }

  @Test
  void refusesHostNameOfUnlistedAddressAndReportsBoth() throws Exception {
    names.add("metadata.test", "169.254.169.254");
    OutboundException failure = failure(get(url("metadata.test", "/")));
    assertThat(failure.kind()).isEqualTo(Kind.REFUSED_ADDRESS);
    assertThat(failure)
        .hasMessage(
            "metadata.test is 169.254.169.254: it is not public, and not allowed here. To allow"
                + " it, list its network in orrery.test.allowed-networks, such as 169.254.169.254/32.");
  }

  @Test
  void refusesUnlistedLocalhost() {
    try (OutboundHttp real =
        OutboundHttp.open(
            vertx, AllowedNetworks.parse(SETTING, List.of()), Duration.ofSeconds(2), LOOKUPS)) {
      Throwable thrown =
          catchThrowable(() -> real.send(get(url("localhost", "/"))).get(20, TimeUnit.SECONDS));
      assertThat(thrown).hasMessageContaining("localhost is 127.0.0.1");
      assertThat(listed.received()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({"302, 127.0.0.2", "307, inside.test"})
  void refusesRedirectToUnlistedAddress(int status, String host) throws Exception {
    names.add("inside.test", "127.0.0.2");
    listed.answer("/", Answer.redirect(status, url(host, "/secret")));
    assertThat(failure(get(url("127.0.0.1", "/"))).kind()).isEqualTo(Kind.REFUSED_ADDRESS);
    assertThat(listed.received()).hasSize(1);
    assertThat(unlisted.received()).isEmpty();
  }

  @Test
  void resolvesHostNameOnlyOncePerRequest() throws Exception {
    names.add("rebound.test", "127.0.0.1").add("rebound.test", "127.0.0.2");
    assertThat(send(get(url("rebound.test", "/"))).status()).isEqualTo(200);
    assertThat(listed.received()).hasSize(1);
    assertThat(failure(get(url("rebound.test", "/"))).kind()).isEqualTo(Kind.REFUSED_ADDRESS);
    assertThat(unlisted.received()).isEmpty();
  }

  @Test
  void connectsOnlyToAllowedAddressesOfHostName() throws Exception {
    names.add("both.test", "127.0.0.2", "127.0.0.1");
    assertThat(send(get(url("both.test", "/"))).status()).isEqualTo(200);
    assertThat(listed.received()).hasSize(1);
    assertThat(unlisted.received()).isEmpty();
  }

  @Test
  void triesNextAddressWhenConnectionFails() throws Exception {
    // Nobody listens at this port of 127.0.0.3.
    names.add("two.test", "127.0.0.3", "127.0.0.1");
    assertThat(send(get(url("two.test", "/"))).status()).isEqualTo(200);
    assertThat(listed.received()).hasSize(1);
  }

  @Test
  void reportsUnknownHost() {
    OutboundException failure = failure(get("http://nowhere.test/"));
    assertThat(failure.kind()).isEqualTo(Kind.UNKNOWN_HOST);
    assertThat(failure).hasMessage("the name nowhere.test has no address");
  }

  @Test
  void reportsRefusedConnectionWithAddress() {
    OutboundException failure = failure(get(url("127.0.0.3", "/")));
    assertThat(failure.kind()).isEqualTo(Kind.CONNECTION);
    assertThat(failure).hasMessageContaining("no response from 127.0.0.3:" + listed.port());
  }

  @Test
  void reportsUnknownAndPrivateHostsAlikeInPublicMessage() throws Exception {
    names.add("db.test", "10.2.3.4").add("db6.test", "fd00::7");

    for (String name : List.of("db.test", "db6.test", "nowhere.test")) {
      assertThat(failure(get(url(name, "/"))).publicMessage())
          .isEqualTo(
              "the name "
                  + name
                  + " has no address that may be called: it is unknown, or its addresses are"
                  + " neither public nor in orrery.test.allowed-networks");
    }
  }

  @Test
  void showsCallersOwnAddressInPublicMessage() {
    OutboundException failure = failure(get(url("10.0.0.1", "/")));
    assertThat(failure.publicMessage()).isEqualTo(failure.getMessage()).contains("10.0.0.1/32");
  }

  @Test
  void hidesResolvedAddressInPublicMessage() throws Exception {
    names.add("closed.test", "127.0.0.3");
    OutboundException failure = failure(get(url("closed.test", "/")));
    assertThat(failure).hasMessageContaining("127.0.0.3");
    assertThat(failure.publicMessage())
        .isEqualTo("no response from closed.test:" + listed.port() + ": Connection refused");
  }

  @ParameterizedTest
  @CsvSource({
    "Connection refused: db.test/10.2.3.4:80, Connection refused",
    "connection timed out after 5000 ms: /10.2.3.4:80, connection timed out after 5000 ms",
    "No route to host: /[fd00:0:0:0:0:0:0:7%eth0]:80, No route to host",
    "No subject alternative names matching IP address fd00::7 found, No subject alternative names"
        + " matching IP address  found",
    "NotAfter: Thu Nov 26 10:20:30 UTC 2026, NotAfter: Thu Nov 26 10:20:30 UTC 2026",
    "PKIX path building failed: a.b.Exception: no path, PKIX path building failed: a.b.Exception:"
        + " no path",
  })
  void removesAddressesFromFailureReason(String reason, String expected) {
    assertThat(OutboundExchange.withoutAddresses(reason)).isEqualTo(expected);
  }

  @Test
  void resolvesNamesOfSecondAppWhileLookupsOfFirstAppHang() throws Exception {
    CountDownLatch answered = new CountDownLatch(1);
    NameResolver hanging =
        host -> {
          if (host.startsWith("slow")) {
            await(answered);
          }
          return names.resolve(host);
        };
    names.add("fast.test", "127.0.0.1");
    try (OutboundHttp shared =
        OutboundHttp.open(
            vertx,
            AllowedNetworks.parse(SETTING, List.of("127.0.0.1/32")),
            Duration.ofSeconds(2),
            new LookupLimits(2, Duration.ofMillis(400)),
            hanging,
            new HttpClientOptions())) {
      for (int round = 0; round < 4; round++) {
        List<CompletableFuture<OutboundResponse>> deliveries = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
          deliveries.add(shared.send(of(1, "http://slow" + round + "-" + i + ".test/")));
        }
        for (CompletableFuture<OutboundResponse> slow : deliveries) {
          assertThat(catchThrowable(() -> slow.get(20, TimeUnit.SECONDS)))
              .hasMessageContaining("could not be looked up within 400 ms");
        }
      }

      OutboundResponse response =
          shared.send(of(2, url("fast.test", "/"))).get(20, TimeUnit.SECONDS);

      assertThat(response.status()).isEqualTo(200);
    } finally {
      answered.countDown();
    }
  }

  private static OutboundRequest of(int owner, String url) {
    return new OutboundRequest(
        "GET", URI.create(url), Map.of(), Optional.empty(), Duration.ofSeconds(15), 0, 100, owner);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
        "http:///x",
        "/x",
        "http://127.0.0.1:70000/",
        "http://user:password@127.0.0.1/"
      })
  void refusesInvalidUrls(String url) {
    assertThat(failure(get(url)).kind()).isEqualTo(Kind.BAD_REQUEST);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"ftp://127.0.0.1/", "file:///etc/passwd", "http://u:p@127.0.0.1/", "http://a b/"})
  void refusesRedirectsToInvalidUrls(String location) {
    listed.answer("/", Answer.redirect(302, location));
    assertThat(failure(get(url("127.0.0.1", "/"))).kind()).isEqualTo(Kind.BAD_REQUEST);
  }

  @Test
  void masksUrlPasswordsInMessages() {
    listed.answer("/", Answer.redirect(302, "ftp://u:PASSWORD@h/"));
    listed.answer("/bad", Answer.redirect(302, "http://u:PASSWORD@a b/"));
    listed.answer("/loop", Answer.redirect(302, "/loop?token=PASSWORD"));
    for (String url :
        List.of(
            "ftp://u:PASSWORD@h/",
            "http://u:PASSWORD@h:70000/",
            url("127.0.0.1", "/"),
            url("127.0.0.1", "/bad"),
            url("127.0.0.1", "/loop"))) {
      assertThat(failure(get(url))).hasMessageContaining("***");
      assertThat(failure(get(url))).hasMessageNotContaining("PASSWORD");
    }
  }

  @Test
  void refusesHeaderValueWithLineBreak() {
    OutboundException failure =
        failure(request("GET", url("127.0.0.1", "/"), Map.of("X-A", "1\r\nX-B: 2"), null));
    assertThat(failure.kind()).isEqualTo(Kind.BAD_REQUEST);
    assertThat(listed.received()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "301, POST, GET, false",
    "302, POST, GET, false",
    "303, POST, GET, false",
    "303, PUT, GET, false",
    "302, PUT, PUT, true",
    "307, POST, POST, true",
    "308, POST, POST, true",
  })
  void keepsOrChangesMethodAndBodyByRedirectStatus(
      int status, String method, String next, boolean keepsBody) throws Exception {
    listed.answer("/from", Answer.redirect(status, "to?x=1"));
    OutboundResponse response =
        send(request(method, url("127.0.0.1", "/from"), Map.of("Authorization", "a"), "body"));
    assertThat(response.body()).isEqualTo("hello");
    Server.Received second = listed.received().get(1);
    assertThat(second.method()).isEqualTo(next);
    assertThat(second.target()).isEqualTo("/to?x=1");
    assertThat(second.body()).isEqualTo(keepsBody ? "body" : "");
    assertThat(second.header("Authorization")).isEqualTo("a");
  }

  @Test
  void dropsSensitiveHeadersOnRedirectToDifferentHost() throws Exception {
    names.add("other.test", "127.0.0.1");
    listed.answer("/from", Answer.redirect(307, url("other.test", "/to")));
    Map<String, String> headers =
        Map.of(
            "Authorization",
            "a",
            "Cookie",
            "c",
            "X-Api-Key",
            "k",
            "Accept",
            "a/b",
            "Orrery-Attempt",
            "1");
    send(request("GET", url("127.0.0.1", "/from"), headers, null));
    assertThat(listed.received().get(0).headers())
        .containsKeys("Authorization", "Cookie", "X-api-key", "Accept");
    assertThat(listed.received().get(1).headers())
        .containsKeys("Accept", "Orrery-attempt")
        .doesNotContainKeys("Authorization", "Cookie", "X-api-key");
  }

  @Test
  void limitsNumberOfRedirects() {
    listed.answer("/", Answer.redirect(302, "/"));
    assertThat(failure(get(url("127.0.0.1", "/"))).kind()).isEqualTo(Kind.TOO_MANY_REDIRECTS);
    assertThat(listed.received()).hasSize(4);
  }

  @Test
  void returnsRedirectResponseWhenRedirectsAreDisabled() throws Exception {
    listed.answer("/", Answer.redirect(302, url("127.0.0.2", "/")));
    assertThat(send(get(url("127.0.0.1", "/"), Duration.ofSeconds(10), 0)).status()).isEqualTo(302);
  }

  @Test
  void truncatesBodyAtLimitOnCharacterBoundary() throws Exception {
    listed.answer("/", Answer.text(200, "xü".repeat(200_000)));
    OutboundResponse response = send(get(url("127.0.0.1", "/")));
    assertThat(response.truncated()).isTrue();
    // 65,536 bytes are 21,845 times xü, and an x; no half character at the end.
    assertThat(response.body()).isEqualTo("xü".repeat(21_845) + "x");
  }

  @Test
  void decodesUnrequestedGzipResponse() throws Exception {
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
      out.write("[\"köln\"]".getBytes(StandardCharsets.UTF_8));
    }
    listed.answer(
        "/",
        new Answer(
            200, Map.of("Content-Encoding", "gzip"), zipped.toString(StandardCharsets.ISO_8859_1)));

    assertThat(send(get(url("127.0.0.1", "/"))).body()).isEqualTo("[\"köln\"]");
  }

  @Test
  void keepsResponseBodyOfMaximumSize() throws Exception {
    listed.answer("/", Answer.text(200, "x".repeat(64 * 1024)));
    OutboundResponse response = send(get(url("127.0.0.1", "/")));
    assertThat(response.truncated()).isFalse();
    assertThat(response.body()).hasSize(64 * 1024);
  }

  @ParameterizedTest
  @CsvSource({"text/plain; charset=ISO-8859-1, ü", "text/plain; charset=nonsense, \uFFFD"})
  void decodesBodyWithCharsetOfResponse(String contentType, String text) throws Exception {
    listed.answer("/", new Answer(200, Map.of("Content-Type", contentType), "ü"));
    assertThat(send(get(url("127.0.0.1", "/"))).body()).isEqualTo(text);
  }

  @Test
  void timesOutAndDisconnectsFromSilentServer() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      CompletableFuture<OutboundResponse> future =
          http.send(get(urlOf(silent), Duration.ofMillis(300), 3));
      try (Socket accepted = silent.accept()) {
        Throwable thrown = catchThrowable(() -> future.get(20, TimeUnit.SECONDS));
        assertThat(thrown.getCause()).hasMessage("no complete response within 300 ms");
        readToItsEnd(accepted.getInputStream());
      }
    }
  }

  @Test
  void timesOutOnEndlessBody() throws Exception {
    try (ServerSocket slow = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      CompletableFuture<OutboundResponse> future =
          http.send(get(urlOf(slow), Duration.ofSeconds(1), 3));
      try (Socket accepted = slow.accept()) {
        answerIncompletely(accepted);
        Throwable thrown = catchThrowable(() -> future.get(20, TimeUnit.SECONDS));
        assertThat(((OutboundException) thrown.getCause()).kind()).isEqualTo(Kind.TIMED_OUT);
        readToItsEnd(accepted.getInputStream());
      }
    }
  }

  @Test
  void disconnectsOnCancel() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      CompletableFuture<OutboundResponse> future = http.send(get(urlOf(silent)));
      try (Socket accepted = silent.accept()) {
        accepted.setSoTimeout(20_000);
        assertThat(accepted.getInputStream().read()).isEqualTo('G');
        future.cancel(true);
        readToItsEnd(accepted.getInputStream());
      }
    }
  }

  @Test
  void reportsConnectionClosedDuringResponse() throws Exception {
    try (ServerSocket broken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      CompletableFuture<OutboundResponse> future = http.send(get(urlOf(broken)));
      try (Socket accepted = broken.accept()) {
        answerIncompletely(accepted);
      }
      Throwable thrown = catchThrowable(() -> future.get(20, TimeUnit.SECONDS));
      assertThat(((OutboundException) thrown.getCause()).kind()).isEqualTo(Kind.CONNECTION);
    }
  }

  private static String urlOf(ServerSocket server) {
    return "http://127.0.0.1:" + server.getLocalPort() + "/";
  }

  private static void answerIncompletely(Socket accepted) throws IOException {
    assertThat(accepted.getInputStream().read()).isEqualTo('G');
    accepted
        .getOutputStream()
        .write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx".getBytes(StandardCharsets.US_ASCII));
  }

  /** Reads until the peer closes or resets the connection. */
  private static void readToItsEnd(InputStream input) {
    try {
      var unused = input.readAllBytes();
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("reset");
    }
  }
}
