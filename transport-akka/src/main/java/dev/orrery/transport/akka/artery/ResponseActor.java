package dev.orrery.transport.akka.artery;

import org.apache.pekko.actor.AbstractActor;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.Props;

/** Takes answers in. */
public final class ResponseActor extends AbstractActor {
  private final PendingRequests asks;

  ResponseActor(PendingRequests asks) {
    this.asks = asks;
  }

  static ActorRef start(ArterySystem artery, PendingRequests asks) {
    return artery.serve(Props.create(ResponseActor.class, () -> new ResponseActor(asks)));
  }

  @Override
  public Receive createReceive() {
    return receiveBuilder()
        .match(Envelope.class, asks::take)
        .matchAny(RequestActor::refuse)
        .build();
  }
}
