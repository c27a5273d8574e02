package dev.orrery.testing.artery;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Hand-written frames of Artery, including frames that no actor system would send. */
public final class Frames {
  public static final byte CONTROL = 1;
  public static final byte ORDINARY = 2;

  /** The id of Artery's own serializer. */
  public static final int ARTERY = 17;

  /** The id of the serializer of messages to a selection. */
  public static final int SELECTION = 6;

  /** The id of our serializer. */
  public static final int OURS = 770_086;

  /** The length of the fixed part of a frame. */
  private static final int MIN_FRAME = 28;

  private Frames() {}

  /** Returns the first bytes of a connection. */
  public static byte[] start(byte stream) {
    return new byte[] {'A', 'K', 'K', 'A', stream};
  }

  /** Returns a handshake request. */
  public static byte[] handshake(long uid, String from, String to) {
    return control(uid, "d", field(1, unique(from, uid)), field(2, address(to)));
  }

  /** Returns a control message of Artery without a recipient. */
  public static byte[] control(long uid, String manifest, byte[]... fields) {
    return frame(uid, ARTERY, "", "", manifest, concat(fields));
  }

  /** Returns a frame preceded by its length. */
  public static byte[] frame(
      long uid, int serializer, String sender, String recipient, String manifest, byte[] message) {
    byte[] texts = concat(text(sender), text(recipient), text(manifest));
    int recipientAt = MIN_FRAME + Short.BYTES + sender.length();
    int length = MIN_FRAME + texts.length + message.length;
    return ByteBuffer.allocate(Integer.BYTES + length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(length)
        .putInt(0)
        .putLong(uid)
        .putInt(serializer)
        .putInt(MIN_FRAME)
        .putInt(recipientAt)
        .putInt(recipientAt + Short.BYTES + recipient.length())
        .put(texts)
        .put(message)
        .array();
  }

  private static byte[] text(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(Short.BYTES + bytes.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putShort((short) bytes.length)
        .put(bytes)
        .array();
  }

  /** Returns a length-delimited protobuf field. */
  public static byte[] field(int number, byte[] value) {
    return concat(varint((number << 3) | 2), varint(value.length), value);
  }

  /** Returns a numeric protobuf field. */
  public static byte[] field(int number, long value) {
    return concat(varint(number << 3), varint(value));
  }

  /** Returns a message to the selection of an actor such as {@code /user/orrery}. */
  public static byte[] selection(String actor, int serializer, byte[] enclosed) {
    List<byte[]> fields = new ArrayList<>();
    fields.add(field(1, enclosed));
    fields.add(field(2, serializer));
    for (String name : actor.substring(1).split("/", -1)) {
      fields.add(field(3, concat(field(1, 1), field(2, name.getBytes(StandardCharsets.US_ASCII)))));
    }
    fields.add(field(5, 0));
    return concat(fields.toArray(byte[][]::new));
  }

  /** Returns the same with a manifest of the enclosed message. */
  public static byte[] selection(String actor, int serializer, String manifest, byte[] enclosed) {
    byte[] without = selection(actor, serializer, enclosed);
    byte[] end = field(5, 0);
    return concat(
        Arrays.copyOf(without, without.length - end.length),
        field(4, manifest.getBytes(StandardCharsets.UTF_8)),
        end);
  }

  /** Returns an address with the uid of the system. */
  public static byte[] unique(String address, long uid) {
    return concat(field(1, address(address)), field(2, uid));
  }

  /**
   * @param text such as {@code akka://name@host:1}
   */
  public static byte[] address(String text) {
    String[] parts = text.split("://|@|:(?=\\d+$)", -1);
    return concat(
        field(1, parts[0].getBytes(StandardCharsets.US_ASCII)),
        field(2, parts[1].getBytes(StandardCharsets.US_ASCII)),
        field(3, parts[2].getBytes(StandardCharsets.US_ASCII)),
        field(4, Long.parseLong(parts[3])));
  }

  private static byte[] varint(long value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      out.write((int) ((rest & 0x7F) | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
    return out.toByteArray();
  }

  public static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
