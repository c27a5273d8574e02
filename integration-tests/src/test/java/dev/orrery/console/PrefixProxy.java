package dev.orrery.console;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.orrery.it.harness.Keys;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An ingress with TLS, which strips a path prefix. Other paths are not found. */
final class PrefixProxy implements AutoCloseable {
  /** Headers that the client sets itself, or that belong to one connection. */
  private static final Set<String> NOT_FORWARDED =
      Set.of(
          "connection", "content-length", "host", "upgrade", "transfer-encoding", "http2-settings");

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpsServer server;
  private final String prefix;
  private final int target;

  /**
   * @param directory of the test
   * @param prefix such as {@code /ops/orrery}
   * @param target the port of the scheduler's API
   */
  PrefixProxy(Path directory, String prefix, int target) {
    this.prefix = prefix;
    this.target = target;
    Keys keys = new Keys(directory.resolve("keys"));
    keys.sign("ingress");
    try {
      server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setHttpsConfigurator(new HttpsConfigurator(keys.context("ingress")));
    server.createContext("/", this::forward);
    server.setExecutor(threads);
    server.start();
  }

  /** The base address of the console. */
  String address() {
    return "https://localhost:" + server.getAddress().getPort() + prefix;
  }

  private void forward(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().toString();
      if (!path.startsWith(prefix + "/")) {
        exchange.sendResponseHeaders(404, -1);
        return;
      }
      HttpResponse<InputStream> answer =
          http.send(
              request(exchange, path.substring(prefix.length())),
              HttpResponse.BodyHandlers.ofInputStream());
      answer
          .headers()
          .map()
          .forEach(
              (name, values) -> {
                if (isForwarded(name)) {
                  exchange.getResponseHeaders().put(name, values);
                }
              });
      boolean empty =
          exchange.getRequestMethod().equals("HEAD")
              || answer.statusCode() == 204
              || answer.statusCode() == 304;
      exchange.sendResponseHeaders(answer.statusCode(), empty ? -1 : 0);
      if (!empty) {
        pass(answer.body(), exchange.getResponseBody());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private HttpRequest request(HttpExchange exchange, String path) throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + target + path))
            .method(
                exchange.getRequestMethod(),
                HttpRequest.BodyPublishers.ofByteArray(exchange.getRequestBody().readAllBytes()));
    exchange
        .getRequestHeaders()
        .forEach(
            (name, values) -> {
              if (isForwarded(name)) {
                values.forEach(value -> request.header(name, value));
              }
            });
    return request.header("X-Forwarded-Proto", "https").build();
  }

  private static boolean isForwarded(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return !lower.startsWith(":") && !NOT_FORWARDED.contains(lower);
  }

  /** Passes on each chunk at once, as a live log needs it. */
  private static void pass(InputStream in, OutputStream out) throws IOException {
    byte[] buffer = new byte[8192];
    for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
      out.write(buffer, 0, read);
      out.flush();
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
