package dev.orrery.transport.akka.artery;

import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.remote.RemoteActorRefProvider;
import org.apache.pekko.remote.artery.ArteryTransport;

/** Counts the peers for which a system holds streams and queues. */
public final class Associations {
  private Associations() {}

  public static int of(ArterySystem artery) {
    var provider = (RemoteActorRefProvider) ((ExtendedActorSystem) artery.actors()).provider();
    return ((ArteryTransport) provider.transport()).remoteAddresses().size();
  }
}
