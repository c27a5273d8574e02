package dev.orrery.outbound;

import dev.orrery.outbound.OutboundException.Kind;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;

/**
 * Executes one request, from the name lookup to the last byte of the response, including redirects.
 */
final class OutboundExchange {
  /** Matches an address in an exception message, with the name before it and the port after it. */
  private static final Pattern ADDRESS =
      Pattern.compile(
          "(?:: )?(?:[^\\s/]*/)?\\[?(?:"
              + "\\d{1,3}(?:\\.\\d{1,3}){3}"
              + "|(?:[0-9a-fA-F]{1,4}:){4,7}[0-9a-fA-F]{1,4}"
              + "|[0-9a-fA-F:]*::[0-9a-fA-F:]*"
              + ")(?:%\\w+)?]?(?::\\d+)?");

  private final Vertx vertx;
  private final Context context;
  private final HttpClient client;
  private final AllowedAddressResolver resolution;
  private final OutboundRequest request;
  private final CompletableFuture<OutboundResponse> result = new CompletableFuture<>();
  private HttpClientRequest inFlight;

  OutboundExchange(
      Vertx vertx, HttpClient client, AllowedAddressResolver resolution, OutboundRequest request) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.client = client;
    this.resolution = resolution;
    this.request = request;
  }

  CompletableFuture<OutboundResponse> start() {
    long timer = vertx.setTimer(Math.max(1, request.timeout().toMillis()), id -> timedOut());
    // However it ends, by an answer, in time or canceled: nothing of it stays open.
    var unused =
        result.whenComplete(
            (response, failure) -> {
              vertx.cancelTimer(timer);
              breakOff();
            });
    try {
      send(RequestHop.first(request));
    } catch (OutboundException e) {
      result.completeExceptionally(e);
    }
    return result;
  }

  private void send(RequestHop hop) {
    // On the one context of this exchange, else a response could end before anybody listens.
    var unused =
        resolution
            .resolve(request.owner(), hop.host())
            .onComplete(
                found ->
                    context.runOnContext(
                        now -> {
                          if (found.succeeded()) {
                            send(hop, found.result());
                          } else {
                            failed(hop, found.cause());
                          }
                        }));
  }

  private void send(RequestHop hop, List<InetAddress> addresses) {
    dial(hop, addresses, 0)
        .compose(
            connected -> {
              hop.headers().forEach((name, value) -> connected.putHeader(name, bytes(value)));
              connected.putHeader("host", hop.authority());
              return hop.body().isPresent()
                  ? connected.send(Buffer.buffer(hop.body().get()))
                  : connected.send();
            })
        .onSuccess(response -> received(hop, response))
        .onFailure(failure -> failed(hop, failure));
  }

  /** Returns UTF-8 as a text with one character per byte, the form that Netty sends unchanged. */
  private static String bytes(String value) {
    return new String(value.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  /** Tries the addresses in turn until a connection succeeds. */
  private Future<HttpClientRequest> dial(RequestHop hop, List<InetAddress> addresses, int index) {
    if (result.isDone()) {
      return Future.failedFuture("over");
    }
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.valueOf(hop.method()))
            .setHost(hop.host())
            .setPort(hop.port())
            .setSsl(hop.isTls())
            .setURI(hop.target())
            .setFollowRedirects(false)
            // An address and no name: nothing is looked up behind the check.
            .setServer(
                SocketAddress.inetSocketAddress(
                    new InetSocketAddress(addresses.get(index), hop.port())));
    return client
        .request(options)
        .map(this::track)
        .recover(
            failure ->
                index + 1 < addresses.size()
                    ? dial(hop, addresses, index + 1)
                    : Future.failedFuture(failure));
  }

  private HttpClientRequest track(HttpClientRequest connected) {
    // What breaks comes through the future of the response; without this it would be logged too.
    connected.exceptionHandler(failure -> {});
    synchronized (this) {
      inFlight = connected;
    }
    if (result.isDone()) {
      breakOff();
    }
    return connected;
  }

  private void received(RequestHop hop, HttpClientResponse response) {
    String location = response.getHeader("location");
    if (!RequestHop.isRedirect(request, response.statusCode(), location)) {
      read(response);
      return;
    }
    // Its body is not wanted, and neither is the news that it was broken off.
    response.exceptionHandler(failure -> {});
    breakOff();
    try {
      send(hop.redirected(response.statusCode(), location));
    } catch (OutboundException e) {
      result.completeExceptionally(e);
    }
  }

  private void read(HttpClientResponse response) {
    Buffer body = Buffer.buffer();
    response
        .handler(
            chunk -> {
              int room = request.maxBody() - body.length();
              body.appendBuffer(chunk, 0, Math.min(room, chunk.length()));
              if (chunk.length() > room) {
                result.complete(response(response, body, true));
              }
            })
        .endHandler(end -> result.complete(response(response, body, false)))
        .exceptionHandler(failure -> failed(null, failure));
  }

  private OutboundResponse response(HttpClientResponse response, Buffer body, boolean truncated) {
    ContentCoding.Plain plain =
        ContentCoding.decode(
            body.getBytes(), response.getHeader("content-encoding"), truncated, request.maxBody());
    Optional<String> contentType = Optional.ofNullable(response.getHeader("content-type"));
    return new OutboundResponse(
        response.statusCode(),
        contentType,
        Optional.ofNullable(response.getHeader("retry-after")),
        BodyText.decode(plain.body().getBytes(), contentType, plain.truncated()),
        plain.truncated());
  }

  private void failed(RequestHop hop, Throwable failure) {
    if (failure instanceof OutboundException) {
      result.completeExceptionally(failure);
      return;
    }
    if (failure instanceof IllegalArgumentException) {
      result.completeExceptionally(
          new OutboundException(
              Kind.BAD_REQUEST, "the request cannot be sent: " + failure.getMessage(), failure));
      return;
    }
    String reason = failure.getMessage() == null ? failure.toString() : failure.getMessage();
    String what =
        hop == null ? "the response broke off: " : "no response from " + hop.authority() + ": ";
    result.completeExceptionally(
        new OutboundException(
            Kind.CONNECTION, what + reason, what + withoutAddresses(reason), failure));
  }

  static String withoutAddresses(String reason) {
    return ADDRESS.matcher(reason).replaceAll("");
  }

  private void timedOut() {
    result.completeExceptionally(
        new OutboundException(
            Kind.TIMED_OUT, "no complete response within " + request.timeout().toMillis() + " ms"));
  }

  /** Closes the connection in any state. */
  private void breakOff() {
    HttpClientRequest open;
    synchronized (this) {
      open = inFlight;
      inFlight = null;
    }
    if (open != null) {
      open.reset();
    }
  }
}
