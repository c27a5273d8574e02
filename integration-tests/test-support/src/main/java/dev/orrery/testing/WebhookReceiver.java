package dev.orrery.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * An HTTP server for tests that receives webhook messages: it records them, and responds as
 * configured.
 */
public final class WebhookReceiver implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Received> received = new CopyOnWriteArrayList<>();
  private final Queue<Answer> next = new ConcurrentLinkedQueue<>();
  private volatile CountDownLatch answers = new CountDownLatch(0);

  private record Answer(int status, String body) {}

  /**
   * A received message.
   *
   * @param headers names in lower case
   * @param atNanos {@link System#nanoTime} after its body was read
   */
  public record Received(Map<String, String> headers, String body, long atNanos) {
    public JsonNode json() {
      try {
        return JSON.readTree(body);
      } catch (JsonProcessingException e) {
        throw new AssertionError(body, e);
      }
    }

    public String event() {
      return json().path("event").asText();
    }

    public String job() {
      return json().path("job").asText();
    }

    public String id() {
      return headers.get("webhook-id");
    }
  }

  public WebhookReceiver() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    server.createContext("/", this::take);
    server.setExecutor(threads);
    server.start();
  }

  private void take(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    Map<String, String> headers = new HashMap<>();
    exchange
        .getRequestHeaders()
        .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.get(0)));
    add(new Received(headers, body, System.nanoTime()));
    awaitRelease();
    Answer answer = next.poll();
    if (answer == null) {
      answer = new Answer(204, "");
    }
    if (answer.status() / 100 == 3) {
      exchange.getResponseHeaders().add("Location", url());
    }
    byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private void awaitRelease() throws InterruptedIOException {
    try {
      answers.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("closed before the answer");
    }
  }

  /** Sends no response until {@link #release}. */
  public void hold() {
    answers = new CountDownLatch(1);
  }

  public void release() {
    answers.countDown();
  }

  /** Sets the next response statuses; later responses are 204. */
  public WebhookReceiver answering(Integer... statuses) {
    List.of(statuses).forEach(status -> next.add(new Answer(status, "")));
    return this;
  }

  /** Sets the bodies of the next responses, which have the status 200. */
  public WebhookReceiver answeringTexts(String... bodies) {
    List.of(bodies).forEach(body -> next.add(new Answer(200, body)));
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

  public void forgetReceived() {
    received.clear();
  }

  private synchronized void add(Received message) {
    received.add(message);
    notifyAll();
  }

  /** Waits until this many messages have arrived; fails after ten seconds. */
  public synchronized List<Received> await(int count) {
    long deadline = System.nanoTime() + TIMEOUT.toNanos();
    while (received.size() < count) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (left <= 0) {
        throw new AssertionError(
            "Expected %d messages, received %d within %s: %s"
                .formatted(count, received.size(), TIMEOUT, received));
      }
      try {
        wait(left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError("Interrupted while waiting for messages", e);
      }
    }
    return received();
  }

  @Override
  public void close() {
    release();
    server.stop(0);
    threads.shutdownNow();
  }
}
