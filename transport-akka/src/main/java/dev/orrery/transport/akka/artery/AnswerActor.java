package dev.orrery.transport.akka.artery;

import org.apache.pekko.actor.AbstractActor;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.Props;

/** Takes answers in. */
public final class AnswerActor extends AbstractActor {
  private final Asks asks;

  AnswerActor(Asks asks) {
    this.asks = asks;
  }

  static ActorRef start(ArterySystem artery, Asks asks) {
    return artery.serve(Props.create(AnswerActor.class, () -> new AnswerActor(asks)));
  }

  @Override
  public Receive createReceive() {
    return receiveBuilder().match(Envelope.class, asks::take).matchAny(VerbActor::refuse).build();
  }
}
