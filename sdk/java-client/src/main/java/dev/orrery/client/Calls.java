package dev.orrery.client;

import dev.orrery.protocol.WorkerOperation;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Sends API requests to a server that responds, and repeats failed ones where that is safe. */
final class Calls implements AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(5);

  /** The scheduler sends something every 15 seconds. */
  private static final Duration MAX_SILENCE = Duration.ofSeconds(45);

  private final ClientSettings settings;
  private final Servers servers;
  private final Timing timing;
  private final AtomicInteger threads = new AtomicInteger();
  private final ExecutorService executor = Executors.newFixedThreadPool(2, this::thread);
  private final HttpClient client;

  private interface Use<T> {
    T of(BodyStream body, HttpResponse<BodyStream> response) throws IOException;
  }

  Calls(ClientSettings settings, Timing timing) {
    this.settings = settings;
    this.timing = timing;
    servers = new Servers(settings.servers());
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .executor(executor);
    settings.sslContext().ifPresent(builder::sslContext);
    client = builder.build();
  }

  Response call(Request request) {
    return call(request, Deadline.ofRepeats(timing, settings.retryTimeout()));
  }

  /** Returns the body of the response. */
  String text(Request request) {
    return repeat(
        request,
        Deadline.ofRepeats(timing, settings.retryTimeout()),
        settings.callTimeout(),
        (body, response) -> Bodies.text(Bodies.read(body)));
  }

  Response call(Request request, Deadline deadline) {
    return repeat(request, deadline, settings.callTimeout(), Calls::response);
  }

  /** Opens a stream of events; the caller closes it. */
  BodyStream open(Request request, Deadline deadline) {
    return repeat(
        request.header("Accept", "text/event-stream"),
        deadline,
        MAX_SILENCE,
        (body, response) -> body);
  }

  private <T> T repeat(Request request, Deadline deadline, Duration maxSilence, Use<T> use) {
    Repeats repeats = new Repeats(timing, servers.count(), deadline);
    while (true) {
      URI server = servers.current();
      try {
        return once(server, request, deadline, maxSilence, use);
      } catch (OrreryException e) {
        if (!Repeats.allows(request, e)) {
          throw e;
        }
        if (!e.code().equals("OVERLOADED")) {
          servers.leave(server);
        }
        repeats.await(e);
      }
    }
  }

  private <T> T once(
      URI server, Request request, Deadline deadline, Duration maxSilence, Use<T> use) {
    if (executor.isShutdown()) {
      throw new IllegalStateException("The client is closed.");
    }
    HttpRequest http = http(server, request, deadline.shorten(timing, settings.callTimeout()));
    try {
      HttpResponse<BodyStream> response = client.send(http, head -> new BodyStream());
      BodyStream body = response.body();
      body.maxSilence(deadline.shorten(timing, maxSilence).toNanos());
      if (response.statusCode() / 100 != 2) {
        throw Problems.refused(
            server,
            response.statusCode(),
            Bodies.read(body),
            response.headers().firstValue("Retry-After"),
            settings);
      }
      return use.of(body, response);
    } catch (IOException e) {
      if (Thread.currentThread().isInterrupted()) {
        throw Problems.interrupted(e);
      }
      throw Problems.unreachable(server, e, settings);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Problems.interrupted(e);
    }
  }

  private HttpRequest http(URI server, Request request, Duration timeout) {
    BodyPublisher body =
        request.body().map(BodyPublishers::ofByteArray).orElseGet(BodyPublishers::noBody);
    HttpRequest.Builder http =
        HttpRequest.newBuilder(URI.create(server + WorkerOperation.Paths.API + request.path()))
            .timeout(timeout)
            .header("Authorization", "Bearer " + settings.token())
            .method(request.method(), body);
    if (request.body().isPresent()) {
      http.header("Content-Type", "application/json");
    }
    http.header("Accept", "application/json");
    request.headers().forEach(http::setHeader);
    return http.build();
  }

  private static Response response(BodyStream body, HttpResponse<BodyStream> response)
      throws IOException {
    String text = Bodies.text(Bodies.read(body));
    return new Response(
        text.isEmpty()
            ? new Fields(Map.of())
            : Fields.ofResponse("The response of " + response.uri(), text),
        response.headers().firstValue("ETag"));
  }

  Timing timing() {
    return timing;
  }

  Duration retryTimeout() {
    return settings.retryTimeout();
  }

  Duration callTimeout() {
    return settings.callTimeout();
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }

  private Thread thread(Runnable runnable) {
    Thread thread = new Thread(runnable, "orrery-client-" + threads.incrementAndGet());
    thread.setDaemon(true);
    return thread;
  }
}
