package dev.orrery.worker;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.WorkerOperation;
import dev.orrery.protocol.message.ProblemDetail;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Serves operations over real HTTP, with a handler for each; others are not served. */
final class FakeScheduler implements AutoCloseable {
  private final ObjectMapper json =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .build();
  private final Map<String, BlockingQueue<Object>> received = new ConcurrentHashMap<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;

  FakeScheduler() throws IOException {
    this(0);
  }

  FakeScheduler(int port) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.setExecutor(threads);
    server.createContext(
        "/",
        exchange ->
            send(
                exchange,
                ProblemDetail.of(ErrorCode.NOT_FOUND, "There is nothing at this path.", null)));
    server.start();
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + port());
  }

  int port() {
    return server.getAddress().getPort();
  }

  /**
   * @param response may return a {@link ProblemDetail}, and may block
   */
  <Q, A> FakeScheduler on(WorkerOperation<Q, A> operation, Function<Q, Object> response) {
    BlockingQueue<Object> requests = requests(operation);
    server.createContext(
        operation.path(),
        exchange -> {
          Q request = json.readValue(exchange.getRequestBody(), operation.request());
          requests.add(request);
          send(exchange, response.apply(request));
        });
    return this;
  }

  /** Waits for the next request of this operation. */
  <Q, A> Q next(WorkerOperation<Q, A> operation) throws InterruptedException {
    Object request = requests(operation).poll(10, TimeUnit.SECONDS);
    if (request == null) {
      throw new AssertionError("Nobody asks " + operation.path());
    }
    return operation.request().cast(request);
  }

  private BlockingQueue<Object> requests(WorkerOperation<?, ?> operation) {
    return received.computeIfAbsent(operation.path(), path -> new LinkedBlockingQueue<>());
  }

  private void send(HttpExchange exchange, Object response) throws IOException {
    byte[] body = json.writeValueAsBytes(response);
    exchange.sendResponseHeaders(
        response instanceof ProblemDetail problem ? problem.status() : 200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
