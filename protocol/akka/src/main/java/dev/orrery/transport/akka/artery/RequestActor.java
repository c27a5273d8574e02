package dev.orrery.transport.akka.artery;

import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.log.RateLimitedLog;
import dev.orrery.protocol.transport.OperationHandler;
import dev.orrery.protocol.transport.OperationRequest;
import dev.orrery.protocol.transport.OperationResponse;
import dev.orrery.transport.akka.artery.Envelope.Kind;
import dev.orrery.transport.akka.artery.RequestsInFlight.Request;
import java.lang.System.Logger.Level;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongConsumer;
import org.apache.pekko.actor.AbstractActor;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.Props;

/** Receives the requests of workers in the scheduler, and sends the responses. */
public final class RequestActor extends AbstractActor {
  private static final RateLimitedLog LOG =
      new RateLimitedLog(System.getLogger(RequestActor.class.getName()));

  private final OperationHandler handler;
  private final RequestsInFlight inFlight;
  private final LongConsumer onProven;
  private final long system;

  RequestActor(
      OperationHandler handler, RequestsInFlight inFlight, LongConsumer onProven, long system) {
    this.handler = handler;
    this.inFlight = inFlight;
    this.onProven = onProven;
    this.system = system;
  }

  /**
   * @param onProven receives the uid of a worker's actor system when a request was not refused
   */
  public static void start(
      ArterySystem artery,
      OperationHandler handler,
      RequestsInFlight inFlight,
      LongConsumer onProven) {
    artery.serve(
        Props.create(
            RequestActor.class, () -> new RequestActor(handler, inFlight, onProven, artery.uid())));
  }

  @Override
  public Receive createReceive() {
    return receiveBuilder()
        .match(Envelope.class, this::take)
        .matchAny(RequestActor::refuse)
        .build();
  }

  static void refuse(Object message) {
    LOG.log(
        Level.WARNING,
        "foreign " + message.getClass().getName(),
        "akka: refused a message of unknown type: type=" + message.getClass().getName());
  }

  private void take(Envelope request) {
    ActorRef worker = getSender();
    if (request.kind() == Kind.OVERFLOW) {
      send(worker, request, handler.overloaded());
    } else if (request.kind() != Kind.REQUEST) {
      refuse(request);
    } else if (request.body().length > Protocol.AKKA.maxMessageBytes()) {
      LOG.log(
          Level.WARNING,
          "too large",
          "akka: refused a request that is too large: bytes=" + request.body().length);
      send(worker, request, handler.tooLarge());
    } else {
      Optional<Request> place = inFlight.begin(request.system());
      if (place.isPresent()) {
        serve(worker, request, place.get());
      } else {
        send(worker, request, handler.overloaded());
      }
    }
  }

  private void serve(ActorRef worker, Envelope request, Request place) {
    CompletableFuture<OperationResponse> answer =
        handle(worker, request, place).toCompletableFuture();
    if (!answer.isDone()) {
      worker.tell(Envelope.answer(Kind.ARRIVED, request, system, Envelope.NO_BODY), getSelf());
    }
    var unused =
        answer.whenComplete(
            (done, failure) -> {
              place.end();
              if (failure == null) {
                if (!done.refused()) {
                  onProven.accept(request.system());
                }
                send(worker, request, done);
              } else {
                LOG.log(
                    Level.ERROR,
                    "handler",
                    "akka: request failed; the worker gets no answer and times out: " + failure);
              }
            });
  }

  private CompletionStage<OperationResponse> handle(
      ActorRef worker, Envelope request, Request place) {
    try {
      return handler.handle(
          new OperationRequest(request.path(), request.token(), request.body()),
          worker.path().address().getHost().orElse("unknown"),
          place::whenGone);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** Sends a response, in parts if an attempt exceeds the message size. */
  private void send(ActorRef worker, Envelope request, OperationResponse answer) {
    int part = Protocol.AKKA.maxMessageBytes();
    byte[] body = answer.body();
    int from = 0;
    while (body.length - from > part) {
      byte[] next = Arrays.copyOfRange(body, from, from + part);
      worker.tell(Envelope.answer(Kind.PART, request, system, next), ActorRef.noSender());
      from += part;
    }
    byte[] last = from == 0 ? body : Arrays.copyOfRange(body, from, body.length);
    worker.tell(
        Envelope.answer(answer.refused() ? Kind.REFUSAL : Kind.ANSWER, request, system, last),
        ActorRef.noSender());
  }
}
