package dev.orrery.worker.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.WorkerOperation;
import dev.orrery.protocol.message.ProblemDetail;
import dev.orrery.protocol.transport.OperationRequest;
import dev.orrery.protocol.transport.OperationResponse;
import dev.orrery.protocol.transport.TransportException;
import dev.orrery.protocol.transport.WorkerEnd;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * A protocol that comes as a module of its own, such as {@code akka}. Where the scheduler is in it
 * is asked over HTTP, of the API port or of the port of the protocol http; nothing else goes there.
 */
public final class TransportProtocolClient implements ProtocolClient {
  private static final Set<String> HTTP_SCHEMES = Set.of("http", "https");

  private final Protocol protocol;
  private final String token;
  private final WorkerEnd end;
  private final HttpProtocolClient discovery;
  private final ObjectMapper json = JsonMapper.builder().addModule(new JavaTimeModule()).build();

  /**
   * @param end of that protocol; closed with the wire
   * @param token of the worker; goes along with each request
   */
  public TransportProtocolClient(Protocol protocol, WorkerEnd end, String token) {
    this.protocol = protocol;
    this.end = end;
    this.token = token;
    this.discovery = new HttpProtocolClient(token);
  }

  @Override
  public Protocol protocol() {
    return protocol;
  }

  @Override
  public <Q, A> CompletableFuture<A> ask(
      URI address, WorkerOperation<Q, A> verb, Q request, Duration longest) {
    if (HTTP_SCHEMES.contains(String.valueOf(address.getScheme()))) {
      return verb.equals(WorkerOperation.DISCOVERY)
          ? discovery.ask(address, verb, request, longest)
          : CompletableFuture.failedFuture(
              ProtocolClientException.refused(
                  ProblemDetail.of(
                      ErrorCode.NOT_FOUND,
                      "Over http it is only asked where " + protocol.canonicalName() + " is.",
                      null)));
    }
    byte[] body;
    try {
      body = json.writeValueAsBytes(request);
    } catch (JsonProcessingException e) {
      return CompletableFuture.failedFuture(e);
    }
    if (body.length > protocol.maxMessageBytes()) {
      return CompletableFuture.failedFuture(
          ProtocolClientException.refused(
              ProblemDetail.of(
                  ErrorCode.TOO_LARGE,
                  "A message is at most " + protocol.maxMessageBytes() + " bytes; split it.",
                  null)));
    }
    return end.ask(address, new OperationRequest(verb.path(), token, body), longest)
        .handle(
            (answer, failure) -> {
              if (failure != null) {
                throw unreachable(failure);
              }
              return answer(address, verb, answer);
            });
  }

  private <A> A answer(URI address, WorkerOperation<?, A> verb, OperationResponse answer) {
    try {
      if (answer.refused()) {
        throw ProtocolClientException.refused(json.readValue(answer.body(), ProblemDetail.class));
      }
      return json.readValue(answer.body(), verb.answer());
    } catch (IOException e) {
      throw ProtocolClientException.unreachable("The answer of " + address + " cannot be read.", e);
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
