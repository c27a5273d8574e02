package dev.orrery.client;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A server that answers as a test says, and keeps what it received. */
final class FakeApi implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService executor = Executors.newCachedThreadPool();
  private final List<Received> received = new CopyOnWriteArrayList<>();
  private volatile Answer answer = (request, out) -> out.json(200, "{}");

  /** A request; names of headers are in lower case. */
  record Received(URI uri, String method, Map<String, String> headers, String body) {}

  /** What a test answers to a request. */
  interface Answer {
    void to(Received request, Out out) throws IOException;
  }

  /** The response of one request. */
  record Out(HttpExchange exchange) {
    Out header(String name, String value) {
      exchange.getResponseHeaders().set(name, value);
      return this;
    }

    void json(int status, String text) throws IOException {
      byte[] body = text.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    }

    void problem(int status, String code) throws IOException {
      json(status, "{\"status\":" + status + ",\"code\":\"" + code + "\",\"detail\":\"because\"}");
    }

    OutputStream stream() throws IOException {
      exchange.sendResponseHeaders(200, 0);
      return exchange.getResponseBody();
    }

    void line(OutputStream body, int sequence) throws IOException {
      String event =
          "content-type:application/json\nid:1-"
              + sequence
              + "\ndata:{\"attempt\":1,\"sequence\":"
              + sequence
              + ",\"at\":\"2027-01-01T00:00:00Z\",\"stream\":\"stdout\",\"text\":\"line "
              + sequence
              + "\"}\n\n";
      body.write(event.getBytes(StandardCharsets.UTF_8));
      body.flush();
    }

    void end(OutputStream body) throws IOException {
      body.write("event:end\ndata:{\"state\":\"SUCCEEDED\"}\n\n".getBytes(StandardCharsets.UTF_8));
      body.flush();
    }
  }

  static {
    // Otherwise a body is sent when the client has acknowledged the headers, after 40 ms.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  FakeApi() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(executor);
    server.createContext("/", this::handle);
    server.start();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Map<String, String> headers = new java.util.HashMap<>();
      exchange
          .getRequestHeaders()
          .forEach(
              (name, values) ->
                  headers.put(name.toLowerCase(java.util.Locale.ROOT), values.get(0)));
      Received request =
          new Received(
              exchange.getRequestURI(),
              exchange.getRequestMethod(),
              headers,
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
      received.add(request);
      answer.to(request, new Out(exchange));
    }
  }

  FakeApi answering(Answer next) {
    answer = next;
    return this;
  }

  String url() {
    return "http://localhost:" + server.getAddress().getPort();
  }

  List<Received> received() {
    return List.copyOf(received);
  }

  ClientSettings settings() {
    return ClientSettings.of("billing", "secret").server(url());
  }

  @Override
  public void close() {
    server.stop(0);
    executor.shutdownNow();
  }
}
