package dev.orrery.transport.akka.artery;

import dev.orrery.transport.akka.AllowedPeers;
import org.apache.pekko.actor.setup.Setup;

/** Passes the networks that an actor system may dial to {@link DialActor}. */
final class DialSetup extends Setup {
  private final AllowedPeers allowed;

  DialSetup(AllowedPeers allowed) {
    this.allowed = allowed;
  }

  AllowedPeers allowed() {
    return allowed;
  }
}
