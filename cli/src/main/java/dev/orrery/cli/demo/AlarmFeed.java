package dev.orrery.cli.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.orrery.cli.client.SchedulerClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Receives the webhook messages of the demo's app on loopback, as a chat service would. */
final class AlarmFeed implements AutoCloseable {
  /** The network that the scheduler must allow for it. */
  static final String NETWORK = "127.0.0.1/32";

  private static final String WEBHOOK = "demo";
  private static final int MAX_BODY = 64 * 1024;
  private static final int OK = 200;

  private final HttpServer server;
  private final ObjectMapper json;
  private final Queue<String> messages = new ConcurrentLinkedQueue<>();

  private AlarmFeed(ObjectMapper json) {
    this.json = json;
    try {
      server =
          HttpServer.create(
              new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::receive);
    server.start();
  }

  /** Starts to receive the messages of a webhook of the app, which it writes. */
  static AlarmFeed subscribe(SchedulerClient client, String app) {
    AlarmFeed feed = new AlarmFeed(client.json());
    ObjectNode webhook = client.json().createObjectNode();
    webhook.put("format", "slack");
    webhook.put("url", "http://127.0.0.1:" + feed.server.getAddress().getPort() + "/");
    client.put(SchedulerClient.appPath(app) + "/webhooks/" + WEBHOOK, webhook);
    return feed;
  }

  /** Returns the messages since the last call, each as one line. */
  List<String> next() {
    List<String> received = new ArrayList<>();
    for (String message = messages.poll(); message != null; message = messages.poll()) {
      received.add(message);
    }
    return received;
  }

  private void receive(HttpExchange exchange) throws IOException {
    try (exchange) {
      messages.add(
          json.readTree(exchange.getRequestBody().readNBytes(MAX_BODY)).path("text").asText());
      byte[] answer = "ok".getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(OK, answer.length);
      exchange.getResponseBody().write(answer);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
