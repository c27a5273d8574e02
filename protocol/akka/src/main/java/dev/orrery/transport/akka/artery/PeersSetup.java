package dev.orrery.transport.akka.artery;

import dev.orrery.transport.akka.proxy.PeerProfile;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.setup.Setup;

/** Gives the profile of the peers to serializers, which Pekko creates. */
final class PeersSetup extends Setup {
  private final PeerProfile peers;

  PeersSetup(PeerProfile peers) {
    this.peers = peers;
  }

  static PeerProfile of(ActorSystem system) {
    return system.settings().setup().get(PeersSetup.class).get().peers;
  }
}
