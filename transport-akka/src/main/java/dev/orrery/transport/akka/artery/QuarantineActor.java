package dev.orrery.transport.akka.artery;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import org.apache.pekko.actor.AbstractActor;
import org.apache.pekko.actor.Props;
import org.apache.pekko.remote.artery.QuarantinedEvent;
import org.apache.pekko.remote.artery.ThisActorSystemQuarantinedEvent;

/**
 * Hears that two systems will not talk again: a quarantine lasts as long as both of them live. Only
 * a system with another number heals it.
 */
final class QuarantineActor extends AbstractActor {
  private static final Logger LOG = System.getLogger(QuarantineActor.class.getName());

  private final Runnable whenQuarantined;
  private boolean told;

  QuarantineActor(Runnable whenQuarantined) {
    this.whenQuarantined = whenQuarantined;
  }

  static void start(ArterySystem artery, Runnable whenQuarantined) {
    artery
        .actors()
        .actorOf(Props.create(QuarantineActor.class, () -> new QuarantineActor(whenQuarantined)));
  }

  @Override
  public void preStart() {
    getContext().getSystem().eventStream().subscribe(getSelf(), QuarantinedEvent.class);
    getContext()
        .getSystem()
        .eventStream()
        .subscribe(getSelf(), ThisActorSystemQuarantinedEvent.class);
  }

  @Override
  public Receive createReceive() {
    return receiveBuilder()
        .match(QuarantinedEvent.class, event -> tell("we quarantined a peer"))
        .match(ThisActorSystemQuarantinedEvent.class, event -> tell("a peer quarantined us"))
        .build();
  }

  private void tell(String what) {
    if (!told) {
      told = true;
      LOG.log(Level.WARNING, "akka: {0}; a new actor system heals it", what);
      whenQuarantined.run();
    }
  }
}
