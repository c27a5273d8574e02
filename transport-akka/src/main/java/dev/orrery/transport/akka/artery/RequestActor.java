package dev.orrery.transport.akka.artery;

import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.transport.OperationHandler;
import dev.orrery.protocol.transport.OperationRequest;
import dev.orrery.protocol.transport.OperationResponse;
import dev.orrery.transport.akka.artery.Envelope.Kind;
import dev.orrery.transport.akka.proxy.RateLimitedLog;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.AbstractActor;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.Props;

/** Takes requests of workers in, and sends the answers. */
public final class RequestActor extends AbstractActor {
  private static final RateLimitedLog LOG =
      new RateLimitedLog(System.getLogger(RequestActor.class.getName()));

  /** Parked polls among them, one for each session. */
  private static final int MAX_UNDER_WAY = 20_000;

  private final OperationHandler handler;
  private final DisconnectListeners departures;
  private final AtomicInteger underWay;
  private final long system;

  RequestActor(
      OperationHandler handler,
      DisconnectListeners departures,
      AtomicInteger underWay,
      long system) {
    this.handler = handler;
    this.departures = departures;
    this.underWay = underWay;
    this.system = system;
  }

  /** Starts it in a system. */
  public static void start(
      ArterySystem artery,
      OperationHandler handler,
      DisconnectListeners departures,
      AtomicInteger underWay) {
    artery.serve(
        Props.create(
            RequestActor.class,
            () -> new RequestActor(handler, departures, underWay, artery.uid())));
  }

  @Override
  public Receive createReceive() {
    return receiveBuilder()
        .match(Envelope.class, this::take)
        .matchAny(RequestActor::refuse)
        .build();
  }

  static void refuse(Object message) {
    LOG.say(
        Level.WARNING,
        "foreign " + message.getClass().getName(),
        "A message over akka that is none of ours was refused: " + message.getClass().getName());
  }

  private void take(Envelope request) {
    ActorRef worker = getSender();
    if (request.kind() == Kind.OVERFLOW || underWay.get() >= MAX_UNDER_WAY) {
      send(worker, request, handler.overloaded());
    } else if (request.kind() != Kind.REQUEST) {
      refuse(request);
    } else if (request.body().length > Protocol.AKKA.maxMessageBytes()) {
      LOG.say(
          Level.WARNING,
          "too large",
          "A request of " + request.body().length + " bytes over akka was refused: too large");
      send(worker, request, handler.tooLarge());
    } else {
      serve(worker, request);
    }
  }

  private void serve(ActorRef worker, Envelope request) {
    List<Runnable> whenGone = new ArrayList<>(1);
    underWay.incrementAndGet();
    CompletableFuture<OperationResponse> answer =
        handler
            .handle(
                new OperationRequest(request.path(), request.token(), request.body()),
                action -> {
                  synchronized (whenGone) {
                    whenGone.add(action);
                  }
                  departures.add(request.system(), action);
                })
            .toCompletableFuture();
    if (!answer.isDone()) {
      worker.tell(Envelope.answer(Kind.ARRIVED, request, system, Envelope.NO_BODY), getSelf());
    }
    var unused =
        answer.whenComplete(
            (done, failure) -> {
              underWay.decrementAndGet();
              synchronized (whenGone) {
                whenGone.forEach(action -> departures.remove(request.system(), action));
              }
              if (failure == null) {
                send(worker, request, done);
              } else {
                LOG.say(Level.ERROR, "handler", "A verb over akka has failed: " + failure);
              }
            });
  }

  /** In parts, where one attempt alone is larger than a message. */
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
