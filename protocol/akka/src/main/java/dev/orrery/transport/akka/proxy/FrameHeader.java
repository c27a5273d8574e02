package dev.orrery.transport.akka.proxy;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The head of an Artery frame (header version 0): fixed fields, then three strings, then the
 * message itself.
 *
 * @param uid of the sending actor system
 * @param serializer the kind of message
 * @param sender path of the sending actor, or empty
 * @param recipient path of the receiving actor, or empty
 * @param manifest the message type within its serializer, or empty
 * @param message the message
 */
record FrameHeader(
    long uid,
    int serializer,
    String sender,
    String recipient,
    String manifest,
    ByteBuffer message) {

  /** The length of the fixed part. */
  static final int MIN_FRAME = 28;

  /**
   * Fits the three texts, with names of maximum length, and as well a control message of Artery.
   */
  static final int MAX_HEAD = 2048;

  private static final int FLAGS_AT = 1;
  private static final int UID_AT = 4;
  private static final int SERIALIZER_AT = 12;
  private static final int TAGS_AT = 16;
  private static final int COMPRESSED = 0xFF000000;

  /**
   * Parses a head without metadata and compression, because neither is ever negotiated.
   *
   * @param frame without its length
   */
  static FrameHeader read(ByteBuffer frame) throws FrameRejectedException {
    ByteBuffer in = frame.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    int start = in.position();
    int end = in.limit();
    in.limit(Math.min(end, start + MAX_HEAD));
    try {
      if (in.get(start) != 0 || in.get(start + FLAGS_AT) != 0) {
        throw new FrameRejectedException("unsupported frame version");
      }
      for (int tag = 0; tag < 3; tag++) {
        if ((in.getInt(start + TAGS_AT + tag * Integer.BYTES) & COMPRESSED) != 0) {
          throw new FrameRejectedException("compressed actor path");
        }
      }
      in.position(start + MIN_FRAME);
      long uid = in.getLong(start + UID_AT);
      int serializer = in.getInt(start + SERIALIZER_AT);
      String sender = text(in);
      String recipient = text(in);
      String manifest = text(in);
      return new FrameHeader(
          uid, serializer, sender, recipient, manifest, in.limit(end).slice().asReadOnlyBuffer());
    } catch (BufferUnderflowException e) {
      throw new FrameRejectedException("actor path too long");
    }
  }

  /**
   * Returns the bytes of a frame with another sender.
   *
   * @param head the frame, as {@link #read} got it
   * @param sender the path of its sender
   */
  static ByteBuffer withSender(ByteBuffer head, String sender, String other) {
    ByteBuffer in = head.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    int growth = other.length() - sender.length();
    ByteBuffer out =
        ByteBuffer.allocate(in.remaining() + growth)
            .order(ByteOrder.LITTLE_ENDIAN)
            .put(in.slice().limit(MIN_FRAME))
            .putShort((short) other.length())
            .put(other.getBytes(StandardCharsets.US_ASCII))
            .put(in.position(in.position() + MIN_FRAME + Short.BYTES + sender.length()));
    // Recipient and manifest have moved.
    for (int tag = TAGS_AT + Integer.BYTES; tag < MIN_FRAME; tag += Integer.BYTES) {
      out.putInt(tag, out.getInt(tag) + growth);
    }
    return out.flip();
  }

  private static String text(ByteBuffer in) throws FrameRejectedException {
    int length = in.getShort();
    if (length < 0 || length > in.remaining()) {
      throw new FrameRejectedException("actor path too long");
    }
    byte[] text = new byte[length];
    in.get(text);
    return new String(text, StandardCharsets.US_ASCII);
  }
}
