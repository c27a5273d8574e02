package dev.orrery.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.orrery.outbound.OutboundException.Kind;
import dev.orrery.protocol.network.AllowedNetworks;
import dev.orrery.testing.Keytool;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.net.PfxOptions;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Checks that the certificate must match the URL's host, although an address is dialled. */
@Timeout(60)
@Tag("slow")
class OutboundHttpTlsTest {
  private static final String PASSWORD = "changeit";

  @TempDir private Path directory;
  private final FakeNames names = new FakeNames();
  private Vertx vertx;
  private HttpsServer server;
  private OutboundHttp http;

  @BeforeEach
  void start() throws Exception {
    Path keys = directory.resolve("keys.p12");
    Keytool.generate(keys, PASSWORD, "server", "-ext", "SAN=dns:service.test");
    vertx = Vertx.vertx();
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
    server.setHttpsConfigurator(new HttpsConfigurator(context(keys)));
    server.createContext(
        "/",
        exchange -> {
          exchange.getResponseHeaders().set("Location", "http://service.test/");
          exchange.sendResponseHeaders(
              exchange.getRequestURI().getPath().equals("/down") ? 302 : 204, -1);
          exchange.close();
        });
    server.start();
    http =
        OutboundHttp.open(
            vertx,
            AllowedNetworks.parse("setting", List.of("127.0.0.1/32")),
            Duration.ofSeconds(5),
            new LookupLimits(2, Duration.ofSeconds(8)),
            names.add("service.test", "127.0.0.1").add("other.test", "127.0.0.1"),
            new HttpClientOptions()
                .setTrustOptions(new PfxOptions().setPath(keys.toString()).setPassword(PASSWORD)));
  }

  private static SSLContext context(Path keys) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream input = Files.newInputStream(keys)) {
      store.load(input, PASSWORD.toCharArray());
    }
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(store, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context;
  }

  @AfterEach
  void stop() throws Exception {
    http.close();
    server.stop(0);
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private OutboundResponse get(String host, String path) throws Exception {
    URI url = URI.create("https://" + host + ":" + server.getAddress().getPort() + path);
    return http.send(
            new OutboundRequest(
                "GET", url, Map.of(), Optional.empty(), Duration.ofSeconds(10), 3, 100, 1))
        .get(20, TimeUnit.SECONDS);
  }

  @Test
  void acceptsCertificateOfTheHost() throws Exception {
    assertThat(get("service.test", "/").status()).isEqualTo(204);
  }

  @Test
  void refusesCertificateOfDifferentHost() {
    Throwable thrown = catchThrowable(() -> get("other.test", "/"));
    assertThat(((OutboundException) thrown.getCause()).kind()).isEqualTo(Kind.CONNECTION);
    assertThat(thrown.getCause()).hasMessageContaining("other.test");
  }

  @Test
  void refusesRedirectFromHttpsToHttp() {
    Throwable thrown = catchThrowable(() -> get("service.test", "/down"));
    assertThat(thrown.getCause())
        .hasMessage("a redirect from https to http is not followed: http://service.test/");
  }
}
