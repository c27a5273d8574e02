package dev.orrery.transport.akka.proxy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Reads a message of protobuf whose fields all are there once and in their order, as every writer
 * writes them. Readers also take fields twice, the last of which counts: what has been judged here
 * is to be what is read there.
 */
final class StrictFieldReader {
  private static final int NUMBER = 0;
  private static final int BYTES = 2;

  private final ByteBuffer in;

  StrictFieldReader(ByteBuffer in) {
    this.in = in.duplicate();
  }

  /** A message in the message. */
  StrictFieldReader message(int field) throws FrameRejectedException {
    return new StrictFieldReader(bytes(field));
  }

  String text(int field) throws FrameRejectedException {
    return StandardCharsets.UTF_8.decode(bytes(field)).toString();
  }

  long number(int field) throws FrameRejectedException {
    tag(field, NUMBER);
    return varint();
  }

  boolean hasMore() {
    return in.hasRemaining();
  }

  void end() throws FrameRejectedException {
    if (in.hasRemaining()) {
      throw unsound();
    }
  }

  private ByteBuffer bytes(int field) throws FrameRejectedException {
    tag(field, BYTES);
    long length = varint();
    if (length < 0 || length > in.remaining()) {
      throw unsound();
    }
    ByteBuffer value = in.slice().limit((int) length);
    in.position(in.position() + (int) length);
    return value;
  }

  private void tag(int field, int type) throws FrameRejectedException {
    if (varint() != ((long) field << 3 | type)) {
      throw unsound();
    }
  }

  private long varint() throws FrameRejectedException {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      if (!in.hasRemaining()) {
        throw unsound();
      }
      byte next = in.get();
      value |= (next & 0x7FL) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw unsound();
  }

  private static FrameRejectedException unsound() {
    return new FrameRejectedException(
        "a message of Artery's own that none of our peers would write");
  }
}
