package dev.orrery.transport.akka.artery;

import dev.orrery.transport.akka.proxy.PeerProfile;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.remote.serialization.ArteryMessageSerializer;
import org.apache.pekko.serialization.SerializerWithStringManifest;

/**
 * Serializes the control messages of Artery, and reads only those that the proxy passes. Others
 * contain messages of other serializers. Stands in the place of each serializer that {@link
 * ArterySystem} takes out, so all instances are equal.
 */
public final class ControlSerializer extends SerializerWithStringManifest {
  private final ArteryMessageSerializer pekkos;

  /** Called by Pekko. */
  public ControlSerializer(ExtendedActorSystem system) {
    this.pekkos = new ArteryMessageSerializer(system);
  }

  @Override
  public int identifier() {
    return pekkos.identifier();
  }

  @Override
  public String manifest(Object message) {
    return pekkos.manifest(message);
  }

  @Override
  public byte[] toBinary(Object message) {
    return pekkos.toBinary(message);
  }

  @Override
  public Object fromBinary(byte[] bytes, String manifest) {
    if (!PeerProfile.CONTROL_MANIFESTS.contains(manifest)) {
      throw new IllegalArgumentException("Unexpected control message of Artery");
    }
    return pekkos.fromBinary(bytes, manifest);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ControlSerializer;
  }

  @Override
  public int hashCode() {
    return identifier();
  }
}
