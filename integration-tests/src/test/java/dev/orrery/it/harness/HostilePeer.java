package dev.orrery.it.harness;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.remote.ArteryControlFormats.Address;
import org.apache.pekko.remote.ArteryControlFormats.HandshakeReq;
import org.apache.pekko.remote.ArteryControlFormats.UniqueAddress;
import org.apache.pekko.serialization.JSerializer;

/** A peer with a correct Artery implementation that sends hostile messages. */
public final class HostilePeer implements AutoCloseable {
  private final ActorSystem system;
  private final String target;

  /** Bytes that are sent unchanged under the id of our own serializer. */
  @SuppressWarnings("ArrayRecordComponent")
  public record Raw(byte[] bytes) {}

  public static final class RawSerializer extends JSerializer {
    @Override
    public int identifier() {
      return 770_086;
    }

    @Override
    public boolean includeManifest() {
      return false;
    }

    @Override
    public byte[] toBinary(Object message) {
      return ((Raw) message).bytes();
    }

    @Override
    public Object fromBinaryJava(byte[] bytes, Class<?> manifest) {
      return new Raw(bytes);
    }
  }

  /**
   * @param target such as {@code akka://orrery@127.0.0.1:10086}
   */
  public HostilePeer(String target) {
    this.target = target;
    Config config =
        ConfigFactory.parseString(
                """
                pekko {
                  loglevel = OFF
                  stdout-loglevel = OFF
                  jvm-shutdown-hooks = off
                  actor {
                    provider = remote
                    serializers.raw = "%s"
                    serialization-bindings."%s" = raw
                  }
                  remote {
                    use-unsafe-remote-features-outside-cluster = on
                    protocol-name = akka
                    accept-protocol-names = ["pekko", "akka"]
                    artery {
                      transport = tcp
                      canonical { hostname = "127.0.0.1", port = 0 }
                      advanced.maximum-frame-size = 8 MiB
                    }
                  }
                }
                """
                    .formatted(RawSerializer.class.getName(), Raw.class.getName()))
            .withFallback(ConfigFactory.defaultReference());
    system = ActorSystem.create("orrery-worker", config.resolve());
  }

  /**
   * Returns the first bytes of a connection with an arbitrary address.
   *
   * @param uid of the actor system
   * @param target as above
   */
  public static byte[] handshake(long uid, String host, int port, String target) {
    URI to = URI.create(target);
    byte[] message =
        HandshakeReq.newBuilder()
            .setFrom(UniqueAddress.newBuilder().setAddress(address("peer", host, port)).setUid(uid))
            .setTo(address(to.getUserInfo(), to.getHost(), to.getPort()))
            .build()
            .toByteArray();
    // Fixed part, no sender, no recipient, the manifest "d", and the message.
    int length = 28 + 2 + 2 + 3 + message.length;
    return ByteBuffer.allocate(5 + 4 + length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(new byte[] {'A', 'K', 'K', 'A', 1})
        .putInt(length)
        .putInt(0)
        .putLong(uid)
        .putInt(17)
        .putInt(28)
        .putInt(30)
        .putInt(32)
        .putInt(0)
        .putShort((short) 1)
        .put((byte) 'd')
        .put(message)
        .array();
  }

  private static Address address(String system, String host, int port) {
    return Address.newBuilder()
        .setProtocol("akka")
        .setSystem(system)
        .setHostname(host)
        .setPort(port)
        .build();
  }

  /** Sends a message to an actor path, without waiting. */
  public void send(String path, Object message) {
    system.actorSelection(target + path).tell(message, ActorRef.noSender());
  }

  @Override
  public void close() {
    system.terminate();
    system.getWhenTerminated().toCompletableFuture().join();
  }
}
