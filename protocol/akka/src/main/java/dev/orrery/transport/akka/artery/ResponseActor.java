package dev.orrery.transport.akka.artery;

import java.util.function.LongConsumer;
import org.apache.pekko.actor.AbstractActor;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.Props;

/** Receives the responses of schedulers in a worker, and completes its pending requests. */
public final class ResponseActor extends AbstractActor {
  private final PendingRequests pending;
  private final LongConsumer onProven;

  ResponseActor(PendingRequests pending, LongConsumer onProven) {
    this.pending = pending;
    this.onProven = onProven;
  }

  static ActorRef start(ArterySystem artery, PendingRequests pending, LongConsumer onProven) {
    return artery.serve(
        Props.create(ResponseActor.class, () -> new ResponseActor(pending, onProven)));
  }

  @Override
  public Receive createReceive() {
    return receiveBuilder()
        .match(Envelope.class, this::take)
        .matchAny(RequestActor::refuse)
        .build();
  }

  private void take(Envelope answer) {
    if (pending.take(answer)) {
      onProven.accept(answer.system());
    }
  }
}
