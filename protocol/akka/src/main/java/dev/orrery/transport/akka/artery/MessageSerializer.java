package dev.orrery.transport.akka.artery;

import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.serialization.SerializerWithStringManifest;

/**
 * The serializer of the messages of a protocol. It has no manifests: of another kind of serializer,
 * Pekko would load a class by the name that a message states.
 */
public abstract class MessageSerializer extends SerializerWithStringManifest {
  private static final Object PROBE = "probe";

  private final Probes probes;

  protected MessageSerializer(ExtendedActorSystem system) {
    this(Probes.of(system));
  }

  MessageSerializer(Probes probes) {
    this.probes = probes;
  }

  @Override
  public final String manifest(Object message) {
    return "";
  }

  @Override
  public final Object fromBinary(byte[] bytes, String manifest) {
    return probes.take(bytes) ? PROBE : read(bytes);
  }

  /**
   * Reads a message. Never returns null, because null would make Artery end the streams of all
   * peers.
   *
   * @throws IllegalArgumentException if the bytes are none
   */
  protected abstract Object read(byte[] bytes);
}
