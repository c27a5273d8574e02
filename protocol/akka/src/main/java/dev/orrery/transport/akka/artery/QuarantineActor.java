package dev.orrery.transport.akka.artery;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Set;
import org.apache.pekko.actor.AbstractActor;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.Props;
import org.apache.pekko.remote.UniqueAddress;
import org.apache.pekko.remote.artery.QuarantinedEvent;
import org.apache.pekko.remote.artery.ThisActorSystemQuarantinedEvent;

/**
 * Reports the first quarantine between this system and a scheduler that it has dialled, so that the
 * actor system is replaced. A quarantine lasts as long as both systems live, so only a system with
 * another uid ends it. A quarantine of any other peer, which may not even have a token, affects
 * only that peer and is ignored.
 */
final class QuarantineActor extends AbstractActor {
  private static final Logger LOG = System.getLogger(QuarantineActor.class.getName());

  private final Set<String> dialled;
  private final Runnable onQuarantined;
  private boolean reported;

  private QuarantineActor(Set<String> dialled, Runnable onQuarantined) {
    this.dialled = dialled;
    this.onQuarantined = onQuarantined;
  }

  /**
   * @param dialled the addresses of schedulers to which this system has sent; it grows
   */
  static ActorRef start(ArterySystem artery, Set<String> dialled, Runnable onQuarantined) {
    return artery
        .actors()
        .actorOf(
            Props.create(QuarantineActor.class, () -> new QuarantineActor(dialled, onQuarantined)));
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
        .match(
            QuarantinedEvent.class,
            event -> onQuarantine(event.uniqueAddress(), "we quarantined a peer: " + event))
        .match(
            ThisActorSystemQuarantinedEvent.class,
            event -> onQuarantine(event.remoteAddress(), "a peer quarantined us: " + event))
        .build();
  }

  private void onQuarantine(UniqueAddress peer, String what) {
    if (!reported && dialled.contains(peer.address().toString())) {
      reported = true;
      LOG.log(Level.WARNING, "akka: replacing the actor system: {0}", what);
      onQuarantined.run();
    }
  }
}
