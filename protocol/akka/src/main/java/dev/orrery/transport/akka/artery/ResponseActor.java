package dev.orrery.transport.akka.artery;

import org.apache.pekko.actor.AbstractActor;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.Props;

/** Receives the responses of schedulers in a worker, and completes its pending requests. */
public final class ResponseActor extends AbstractActor {
  private final PendingRequests pending;

  ResponseActor(PendingRequests pending) {
    this.pending = pending;
  }

  static ActorRef start(ArterySystem artery, PendingRequests pending) {
    return artery.serve(Props.create(ResponseActor.class, () -> new ResponseActor(pending)));
  }

  @Override
  public Receive createReceive() {
    return receiveBuilder()
        .match(Envelope.class, pending::take)
        .matchAny(RequestActor::refuse)
        .build();
  }
}
