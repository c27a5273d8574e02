package dev.orrery.powerjob.akka;

import dev.orrery.transport.akka.artery.Weighed;
import org.apache.pekko.serialization.SerializerWithStringManifest;

/**
 * The Pekko serializer of the messages of PowerJob workers. Reading malformed bytes throws and
 * never returns null, because null would make Artery quarantine all peers.
 */
public final class WorkerMessageSerializer extends SerializerWithStringManifest {
  /** As PowerJob's workers number theirs. */
  static final int IDENTIFIER = 277_777;

  private final KryoCodec codec = new KryoCodec();

  /** A written message. */
  @SuppressWarnings("ArrayRecordComponent")
  record Outgoing(byte[] bytes) {}

  /**
   * A received message.
   *
   * @param bytes of the message as it came
   */
  record Incoming(WireMessage message, int bytes) implements Weighed {
    /** A worker repeats what counts. */
    @Override
    public Object overflow() {
      return null;
    }
  }

  @Override
  public int identifier() {
    return IDENTIFIER;
  }

  /** Pekko would load a class of the name that a manifest of another kind of serializer has. */
  @Override
  public String manifest(Object message) {
    return "";
  }

  @Override
  public byte[] toBinary(Object message) {
    if (!(message instanceof Outgoing outgoing)) {
      throw new IllegalArgumentException("Only written messages are sent");
    }
    return outgoing.bytes();
  }

  @Override
  public Object fromBinary(byte[] bytes, String manifest) {
    return new Incoming(codec.read(bytes), bytes.length);
  }
}
