package dev.orrery.transport.akka.artery;

import dev.orrery.transport.akka.proxy.FrameRejectedException;
import dev.orrery.transport.akka.proxy.SelectionCheck;
import java.nio.ByteBuffer;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.remote.serialization.MessageContainerSerializer;
import scala.Option;

/**
 * Serializes messages to a selection, and reads only those that the proxy passes. A program of this
 * machine reaches the inner port without the proxy.
 */
public final class SelectionSerializer extends MessageContainerSerializer {

  /** Called by Pekko. */
  public SelectionSerializer(ExtendedActorSystem system) {
    super(system);
  }

  @Override
  public Object fromBinary(byte[] bytes, Option<Class<?>> manifest) {
    try {
      SelectionCheck.check(ByteBuffer.wrap(bytes), PeersSetup.of(system()));
    } catch (FrameRejectedException e) {
      throw new IllegalArgumentException(e);
    }
    return super.fromBinary(bytes, manifest);
  }
}
