package dev.orrery.scheduler.edge.listener;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.transport.OperationHandler;
import dev.orrery.protocol.transport.OperationRequest;
import dev.orrery.protocol.transport.OperationResponse;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.base.problem.ProblemMapper;
import dev.orrery.scheduler.base.problem.ProblemTexts;
import dev.orrery.scheduler.engine.agreement.HandshakeService;
import dev.orrery.scheduler.http.connection.InFlightCounter;
import dev.orrery.scheduler.http.security.Caller;
import dev.orrery.scheduler.http.security.CallerResolver;
import dev.orrery.scheduler.http.security.Role;
import jakarta.inject.Singleton;
import java.io.ByteArrayInputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** Serves the worker API over akka. {@link HttpWorkerApi} serves the same API over HTTP. */
@Singleton
class AkkaWorkerApi implements OperationHandler {
  private final WorkerOperations operations;
  private final CallerResolver callers;
  private final HandshakeService handshakes;
  private final ObjectMapper json;
  private final InFlightCounter inFlight = new InFlightCounter();
  private volatile boolean stopping;

  AkkaWorkerApi(
      WorkerOperations operations,
      CallerResolver callers,
      HandshakeService handshakes,
      ObjectMapper json) {
    this.operations = operations;
    this.callers = callers;
    this.handshakes = handshakes;
    this.json = json;
  }

  @Override
  public CompletionStage<OperationResponse> handle(
      OperationRequest request, String host, Consumer<Runnable> whenGone) {
    inFlight.begin();
    return answer(request, host, whenGone)
        .handle((answer, failure) -> failure == null ? answer : refusal(failure, host))
        .whenComplete((answer, failure) -> inFlight.end());
  }

  private CompletionStage<OperationResponse> answer(
      OperationRequest request, String host, Consumer<Runnable> whenGone) {
    if (stopping) {
      return CompletableFuture.failedFuture(ProblemException.unavailable(ProblemTexts.STOPPING));
    }
    return callers
        .find(request.token())
        .thenCompose(caller -> serve(caller, request, host, whenGone));
  }

  private CompletionStage<OperationResponse> serve(
      Caller caller, OperationRequest request, String host, Consumer<Runnable> whenGone) {
    if (!caller.isWorker()) {
      handshakes.recordWrongRole(caller, host);
      throw caller.forbidden(Role.Names.WORKER);
    }
    if (!operations.has(request.path())) {
      throw ProblemException.of(ErrorCode.NOT_FOUND, "This operation does not exist over akka.");
    }
    // Only discovery needs the dialled address, and workers call discovery over HTTP.
    CallContext context = new CallContext(caller, Protocol.AKKA, host, null, whenGone);
    return operations
        .call(request.path(), context, new ByteArrayInputStream(request.body()))
        .thenApply(this::written);
  }

  private OperationResponse written(Object answer) {
    return new OperationResponse(false, bytes(answer));
  }

  private OperationResponse refusal(Throwable failure, String host) {
    ProblemException refusal = ProblemMapper.from(failure);
    if (refusal.problem().code() == ErrorCode.UNAUTHENTICATED) {
      handshakes.recordUnauthenticated(host);
    }
    return refusal(refusal);
  }

  private OperationResponse refusal(ProblemException refusal) {
    return new OperationResponse(true, bytes(refusal.problem()));
  }

  private byte[] bytes(Object message) {
    try {
      return json.writeValueAsBytes(message);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Our messages are always writable", e);
    }
  }

  @Override
  public OperationResponse overloaded() {
    return refusal(ProblemException.overloaded("Too many requests wait; try again."));
  }

  @Override
  public OperationResponse tooLarge() {
    return refusal(
        ProblemException.of(
            ErrorCode.TOO_LARGE,
            ProblemTexts.TOO_LARGE
                + " A message is at most "
                + Protocol.AKKA.maxMessageBytes()
                + " bytes; split it."));
  }

  /** Refuses every operation from now on. */
  InFlightCounter stop() {
    stopping = true;
    return inFlight;
  }
}
