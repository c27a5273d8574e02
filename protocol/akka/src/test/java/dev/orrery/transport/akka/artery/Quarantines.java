package dev.orrery.transport.akka.artery;

import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.remote.RemoteActorRefProvider;

/** Makes a system quarantine another. */
public final class Quarantines {
  private Quarantines() {}

  public static void of(ArterySystem who, ArterySystem whom) {
    Address address = ((ExtendedActorSystem) whom.actors()).provider().getDefaultAddress();
    ((RemoteActorRefProvider) ((ExtendedActorSystem) who.actors()).provider())
        .quarantine(address, scala.Option.apply((Object) whom.uid()), "a test");
  }
}
