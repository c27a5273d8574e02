package dev.orrery.transport.akka.artery;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import org.apache.pekko.actor.AbstractActor;
import org.apache.pekko.actor.Props;
import org.apache.pekko.remote.artery.QuarantinedEvent;
import org.apache.pekko.remote.artery.ThisActorSystemQuarantinedEvent;

/**
 * Reports the first quarantine, of a peer or of this system, so that the actor system is replaced.
 * A quarantine lasts as long as both systems live, so only a system with another uid ends it.
 */
final class QuarantineActor extends AbstractActor {
  private static final Logger LOG = System.getLogger(QuarantineActor.class.getName());

  private final Runnable onQuarantined;
  private boolean reported;

  QuarantineActor(Runnable onQuarantined) {
    this.onQuarantined = onQuarantined;
  }

  static void start(ArterySystem artery, Runnable onQuarantined) {
    artery
        .actors()
        .actorOf(Props.create(QuarantineActor.class, () -> new QuarantineActor(onQuarantined)));
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
        .match(QuarantinedEvent.class, event -> onQuarantine("we quarantined a peer: " + event))
        .match(
            ThisActorSystemQuarantinedEvent.class,
            event -> onQuarantine("a peer quarantined us: " + event))
        .build();
  }

  private void onQuarantine(String what) {
    if (!reported) {
      reported = true;
      LOG.log(Level.WARNING, "akka: replacing the actor system: {0}", what);
      onQuarantined.run();
    }
  }
}
