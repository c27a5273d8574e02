package dev.orrery.transport.akka.artery;

import dev.orrery.transport.akka.AllowedPeers;
import org.apache.pekko.actor.setup.Setup;

/** Tells an actor system whom it may dial. */
final class DialSetup extends Setup {
  private final AllowedPeers reach;

  DialSetup(AllowedPeers reach) {
    this.reach = reach;
  }

  AllowedPeers reach() {
    return reach;
  }
}
