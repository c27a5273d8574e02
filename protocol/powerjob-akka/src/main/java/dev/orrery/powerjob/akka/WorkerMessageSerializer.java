package dev.orrery.powerjob.akka;

import dev.orrery.transport.akka.artery.MessageSerializer;
import dev.orrery.transport.akka.artery.Weighed;
import org.apache.pekko.actor.ExtendedActorSystem;

/**
 * The Pekko serializer of the messages of PowerJob workers. Reading malformed bytes throws and
 * never returns null, because null would make Artery quarantine all peers.
 */
public final class WorkerMessageSerializer extends MessageSerializer {
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

  /** Called by Pekko. */
  public WorkerMessageSerializer(ExtendedActorSystem system) {
    super(system);
  }

  @Override
  public int identifier() {
    return IDENTIFIER;
  }

  @Override
  public byte[] toBinary(Object message) {
    if (!(message instanceof Outgoing outgoing)) {
      throw new IllegalArgumentException("Only written messages are sent");
    }
    return outgoing.bytes();
  }

  @Override
  protected Object read(byte[] bytes) {
    return new Incoming(codec.read(bytes), bytes.length);
  }
}
