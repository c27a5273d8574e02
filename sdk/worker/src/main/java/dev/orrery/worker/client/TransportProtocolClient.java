package dev.orrery.worker.client;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.WorkerOperation;
import dev.orrery.protocol.json.JsonException;
import dev.orrery.protocol.message.ProblemDetail;
import dev.orrery.protocol.transport.OperationRequest;
import dev.orrery.protocol.transport.OperationResponse;
import dev.orrery.protocol.transport.TransportException;
import dev.orrery.protocol.transport.WorkerEnd;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * A client of a protocol whose transport is in its own module, such as {@code akka}. Discovery uses
 * HTTP, at the API port or the port of the protocol http; all other operations use the transport.
 */
public final class TransportProtocolClient implements ProtocolClient {
  private static final Set<String> HTTP_SCHEMES = Set.of("http", "https");

  private final Protocol protocol;
  private final Credentials credentials;
  private final WorkerEnd end;
  private final HttpProtocolClient discovery;

  /**
   * @param end of the transport; closed with this client
   * @param credentials whose TLS is that of the discovery
   */
  public TransportProtocolClient(Protocol protocol, WorkerEnd end, Credentials credentials) {
    this.protocol = protocol;
    this.end = end;
    this.credentials = credentials;
    this.discovery = new HttpProtocolClient(credentials);
  }

  @Override
  public Protocol protocol() {
    return protocol;
  }

  @Override
  public boolean isResponding() {
    return end.isResponding();
  }

  @Override
  public <Q, A> CompletableFuture<A> ask(
      URI address, WorkerOperation<Q, A> operation, Q request, Duration timeout) {
    if (HTTP_SCHEMES.contains(String.valueOf(address.getScheme()))) {
      return operation.equals(WorkerOperation.DISCOVERY)
          ? discovery.ask(address, operation, request, timeout)
          : CompletableFuture.failedFuture(
              ProtocolClientException.refused(
                  ProblemDetail.of(
                      ErrorCode.NOT_FOUND,
                      "Over http only discovery is served; the worker uses "
                          + protocol.canonicalName()
                          + ".",
                      null)));
    }
    byte[] body = RequestWriter.write(request);
    if (body.length > protocol.maxMessageBytes()) {
      return CompletableFuture.failedFuture(
          ProtocolClientException.refused(
              ProblemDetail.of(
                  ErrorCode.TOO_LARGE,
                  "A message is at most " + protocol.maxMessageBytes() + " bytes; split it.",
                  null)));
    }
    String token = credentials.token().get();
    return end.ask(address, new OperationRequest(operation.path(), token, body), timeout)
        .handle(
            (response, failure) -> {
              if (failure != null) {
                throw unreachable(failure);
              }
              return answer(address, operation, response);
            });
  }

  private <A> A answer(URI address, WorkerOperation<?, A> operation, OperationResponse response) {
    try {
      if (response.refused()) {
        throw ProtocolClientException.refused(
            ResponseReader.read(response.body(), ProblemDetail.class));
      }
      return ResponseReader.read(response.body(), operation.response());
    } catch (JsonException e) {
      throw ProtocolClientException.unreachable(
          "The response of " + address + " cannot be read.", e);
    }
  }

  private static ProtocolClientException unreachable(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof TransportException known
        ? ProtocolClientException.unreachable(known)
        : ProtocolClientException.unreachable(cause.getMessage(), cause);
  }

  @Override
  public void close() {
    end.close();
    discovery.close();
  }
}
