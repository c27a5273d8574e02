package dev.orrery.scheduler.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;

/** The other side of a webhook: keeps what comes, and answers what the test says. */
public final class Receiver implements AutoCloseable {
  private final HttpServer server;
  private final List<Received> received = new CopyOnWriteArrayList<>();
  private final Queue<Integer> statuses = new ConcurrentLinkedQueue<>();

  /**
   * A message as it came.
   *
   * @param headers names in lower case
   */
  public record Received(Map<String, String> headers, String body) {
    public JsonNode json() {
      try {
        return new ObjectMapper().readTree(body);
      } catch (JsonProcessingException e) {
        throw new AssertionError(body, e);
      }
    }

    public String event() {
      return json().path("event").asText();
    }

    public String id() {
      return headers.get("webhook-id");
    }
  }

  public Receiver() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    server.createContext("/", this::take);
    server.start();
  }

  private void take(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    Map<String, String> headers = new HashMap<>();
    exchange
        .getRequestHeaders()
        .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.get(0)));
    received.add(new Received(headers, body));
    Integer status = statuses.poll();
    if (status != null && status / 100 == 3) {
      exchange.getResponseHeaders().add("Location", url());
    }
    exchange.sendResponseHeaders(status == null ? 204 : status, -1);
    exchange.close();
  }

  /** The next answers; then 204. */
  public Receiver answering(Integer... next) {
    statuses.addAll(List.of(next));
    return this;
  }

  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/hook";
  }

  public List<Received> received() {
    return List.copyOf(received);
  }

  public List<String> events() {
    return received.stream().map(Received::event).toList();
  }

  /** Waits until this many have come. */
  public List<Received> await(int count) {
    TestApp.eventually().until(() -> received.size() >= count);
    return received();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
