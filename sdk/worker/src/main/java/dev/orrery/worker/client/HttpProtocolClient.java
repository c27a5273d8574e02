package dev.orrery.worker.client;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.WorkerOperation;
import dev.orrery.protocol.json.JsonException;
import dev.orrery.protocol.message.ProblemDetail;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLException;

/**
 * A client of the protocol {@code http}: JSON over HTTP POST. Each request has a thread while it
 * waits, and a worker has a few requests at once. The asynchronous requests of the JDK's client
 * would start a new thread for each response on machines with one or two processors.
 */
public final class HttpProtocolClient implements ProtocolClient {
  /** More than the largest response to a poll, whose documents have 8 Mi characters. */
  static final int MAX_RESPONSE_BYTES = 64 << 20;

  private final Credentials credentials;
  private final AtomicInteger threads = new AtomicInteger();
  private final ExecutorService executor = Executors.newCachedThreadPool(this::thread);
  private final HttpClient client;

  public HttpProtocolClient(Credentials credentials) {
    this.credentials = credentials;
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(OperationTimeouts.CONNECT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .executor(executor);
    credentials.ssl().ifPresent(builder::sslContext);
    client = builder.build();
  }

  @Override
  public Protocol protocol() {
    return Protocol.HTTP;
  }

  @Override
  public <Q, A> CompletableFuture<A> ask(
      URI address, WorkerOperation<Q, A> operation, Q request, Duration timeout) {
    HttpRequest http;
    try {
      http = post(address, operation, request, timeout);
    } catch (IllegalArgumentException e) {
      return CompletableFuture.failedFuture(
          ProtocolClientException.unreachable(
              "The address '" + address + "' cannot be dialled over http.", e));
    }
    try {
      return CompletableFuture.supplyAsync(() -> exchange(address, operation, http), executor);
    } catch (RejectedExecutionException e) {
      return CompletableFuture.failedFuture(
          ProtocolClientException.unreachable("The worker's client is closed.", e));
    }
  }

  private <A> A exchange(URI address, WorkerOperation<?, A> operation, HttpRequest request) {
    HttpResponse<InputStream> response;
    byte[] body;
    try {
      response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
      try (InputStream in = response.body()) {
        body = in.readNBytes(MAX_RESPONSE_BYTES + 1);
        if (body.length > MAX_RESPONSE_BYTES) {
          throw new IOException("its response is larger than 64 MiB");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unreachable(address, operation, e);
    } catch (IOException | RuntimeException e) {
      throw unreachable(address, operation, e);
    }
    return answer(address, operation, response.statusCode(), body);
  }

  private <Q> HttpRequest post(
      URI address, WorkerOperation<Q, ?> operation, Q request, Duration timeout) {
    return HttpRequest.newBuilder(address.resolve(operation.path()))
        .timeout(timeout)
        .header("Authorization", credentials.authorization())
        .header("Content-Type", "application/json")
        .header("Accept", "application/json")
        .POST(HttpRequest.BodyPublishers.ofByteArray(RequestWriter.write(request)))
        .build();
  }

  private <A> A answer(URI address, WorkerOperation<?, A> operation, int status, byte[] body) {
    if (status / 100 != 2) {
      throw ProtocolClientException.refused(problem(address, status, body));
    }
    return read(body, operation.response())
        .orElseThrow(
            () ->
                ProtocolClientException.unreachable(
                    "The response of " + address + " cannot be read.", null));
  }

  private ProblemDetail problem(URI address, int status, byte[] body) {
    // Any other body comes from another server, or from a proxy in between.
    return read(body, ProblemDetail.class)
        .filter(problem -> problem.code() != ErrorCode.UNKNOWN || problem.detail() != null)
        .orElseGet(
            () ->
                ProblemDetail.of(
                    ErrorCode.UNREACHABLE,
                    "The server at "
                        + address
                        + " is not an Orrery scheduler (HTTP status "
                        + status
                        + ").",
                    null));
  }

  /** Parses the body; empty if it is empty, not JSON, or not of this type. */
  private <T> Optional<T> read(byte[] body, Class<T> type) {
    try {
      return Optional.of(ResponseReader.read(body, type));
    } catch (JsonException e) {
      return Optional.empty();
    }
  }

  private static ProtocolClientException unreachable(
      URI address, WorkerOperation<?, ?> operation, Exception cause) {
    if (cause instanceof ConnectException || cause instanceof HttpConnectTimeoutException) {
      return ProtocolClientException.unreachable(
          "Cannot connect to "
              + address
              + ": the scheduler is down, "
              + (operation.equals(WorkerOperation.DISCOVERY)
                  ? "its API has another address"
                  : "the protocol http is not active there")
              + ", or a firewall or network policy blocks the connection.",
          cause);
    }
    if (cause instanceof SSLException) {
      return ProtocolClientException.unreachable(
          "Failed to agree on TLS with "
              + address
              + ": "
              + cause.getMessage()
              + ". The worker must trust the certificate there, which must name that host.",
          cause);
    }
    return ProtocolClientException.unreachable(
        "The connection to " + address + " broke: " + cause.getMessage(), cause);
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }

  private Thread thread(Runnable runnable) {
    Thread thread = new Thread(runnable, "orrery-http-client-" + threads.incrementAndGet());
    thread.setDaemon(true);
    return thread;
  }
}
