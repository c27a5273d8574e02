package dev.orrery.transport.akka.artery;

import dev.orrery.transport.akka.Reach;
import org.apache.pekko.actor.setup.Setup;

/** Tells an actor system whom it may dial. */
final class DialSetup extends Setup {
  private final Reach reach;

  DialSetup(Reach reach) {
    this.reach = reach;
  }

  Reach reach() {
    return reach;
  }
}
