package dev.orrery.outbound;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** An HTTP server on one loopback address. */
final class Server implements AutoCloseable {
  private final HttpServer server;
  private final List<Received> received = new CopyOnWriteArrayList<>();
  private final Map<String, Answer> answers = new ConcurrentHashMap<>();

  record Received(String method, String target, Map<String, List<String>> headers, String body) {
    String header(String name) {
      List<String> values = headers.get(name);
      return values == null ? null : values.get(0);
    }
  }

  /**
   * @param body as Latin-1, one character per byte
   */
  record Answer(int status, Map<String, String> headers, String body) {
    static Answer text(int status, String body) {
      return new Answer(
          status,
          Map.of(),
          new String(body.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1));
    }

    static Answer redirect(int status, String location) {
      return new Answer(status, Map.of("Location", location), "");
    }
  }

  private Server(HttpServer server) {
    this.server = server;
    server.createContext("/", this::handle);
    server.start();
  }

  static Server on(String literal) throws IOException {
    return on(literal, 0);
  }

  static Server on(String literal, int port) throws IOException {
    return new Server(
        HttpServer.create(new InetSocketAddress(InetAddress.getByName(literal), port), 50));
  }

  Server answer(String path, Answer answer) {
    answers.put(path, answer);
    return this;
  }

  private void handle(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    received.add(
        new Received(
            exchange.getRequestMethod(),
            exchange.getRequestURI().toString(),
            Map.copyOf(exchange.getRequestHeaders()),
            body));
    Answer answer =
        answers.getOrDefault(exchange.getRequestURI().getPath(), Answer.text(200, "hello"));
    answer.headers().forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
    boolean empty = answer.body().isEmpty() || exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(answer.status(), empty ? -1 : body(answer).length);
    if (!empty) {
      exchange.getResponseBody().write(body(answer));
    }
    exchange.close();
  }

  private static byte[] body(Answer answer) {
    return answer.body().getBytes(StandardCharsets.ISO_8859_1);
  }

  int port() {
    return server.getAddress().getPort();
  }

  List<Received> received() {
    return received;
  }

  Received only() {
    if (received.size() != 1) {
      throw new AssertionError("not one request but " + received);
    }
    return received.get(0);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
