package dev.orrery.transport.akka.artery;

import dev.orrery.transport.akka.artery.Envelope.Kind;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.apache.pekko.actor.ExtendedActorSystem;

/**
 * Serializes envelopes, as the fields version, kind, id, system, path, token and body; strings and
 * the body are length-prefixed. Reading malformed bytes throws and never returns null, because null
 * would make Artery end the streams of all peers.
 */
public final class EnvelopeSerializer extends MessageSerializer {
  static final int IDENTIFIER = 770_086;
  private static final byte VERSION = 1;
  private static final int MAX_PATH = 100;
  private static final int MAX_TOKEN = 4096;
  private static final int FIXED =
      2 + 2 * Long.BYTES + Long.BYTES + 2 * Short.BYTES + Integer.BYTES;

  /** The index of a kind is its number on the wire. */
  private static final List<Kind> SENT =
      List.of(Kind.REQUEST, Kind.ARRIVED, Kind.PART, Kind.ANSWER, Kind.REFUSAL);

  /** Called by Pekko. */
  public EnvelopeSerializer(ExtendedActorSystem system) {
    super(system);
  }

  /** For tests. */
  EnvelopeSerializer() {
    super(new Probes());
  }

  @Override
  public int identifier() {
    return IDENTIFIER;
  }

  @Override
  public byte[] toBinary(Object message) {
    if (!(message instanceof Envelope envelope)) {
      throw new IllegalArgumentException("Only envelopes are sent");
    }
    byte[] path = envelope.path().getBytes(StandardCharsets.US_ASCII);
    byte[] token = envelope.token().getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(FIXED + path.length + token.length + envelope.body().length)
        .put(VERSION)
        .put((byte) SENT.indexOf(envelope.kind()))
        .putLong(envelope.id().getMostSignificantBits())
        .putLong(envelope.id().getLeastSignificantBits())
        .putLong(envelope.system())
        .putShort((short) path.length)
        .put(path)
        .putShort((short) token.length)
        .put(token)
        .putInt(envelope.body().length)
        .put(envelope.body())
        .array();
  }

  @Override
  protected Object read(byte[] bytes) {
    try {
      return read(ByteBuffer.wrap(bytes));
    } catch (BufferUnderflowException e) {
      throw malformed("truncated");
    }
  }

  private static Envelope read(ByteBuffer in) {
    if (in.get() != VERSION) {
      throw malformed("unknown version");
    }
    int kind = in.get();
    if (kind < 0 || kind >= SENT.size()) {
      throw malformed("unknown kind");
    }
    UUID id = new UUID(in.getLong(), in.getLong());
    long system = in.getLong();
    String path = text(in, MAX_PATH);
    String token = text(in, MAX_TOKEN);
    if (in.getInt() != in.remaining()) {
      throw malformed("wrong length");
    }
    byte[] body = new byte[in.remaining()];
    in.get(body);
    return new Envelope(SENT.get(kind), id, system, path, token, body);
  }

  private static String text(ByteBuffer in, int longest) {
    int length = in.getShort();
    if (length < 0 || length > longest || length > in.remaining()) {
      throw malformed("text too long");
    }
    byte[] text = new byte[length];
    in.get(text);
    return new String(text, StandardCharsets.US_ASCII);
  }

  private static IllegalArgumentException malformed(String how) {
    return new IllegalArgumentException("Malformed envelope: " + how);
  }
}
