package dev.orrery.transport.akka.proxy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Reads a protobuf message strictly: each field at most once and in order, as all writers produce
 * it. Other readers accept a repeated field and use its last value. Rejecting that ensures that
 * Artery reads exactly the checked values.
 */
final class StrictFieldReader {
  private static final int NUMBER = 0;
  private static final int BYTES = 2;

  private final ByteBuffer in;

  StrictFieldReader(ByteBuffer in) {
    this.in = in.duplicate();
  }

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

  void skip(int field) throws FrameRejectedException {
    var unused = bytes(field);
  }

  boolean hasMore() {
    return in.hasRemaining();
  }

  void end() throws FrameRejectedException {
    if (in.hasRemaining()) {
      throw rejected();
    }
  }

  private ByteBuffer bytes(int field) throws FrameRejectedException {
    tag(field, BYTES);
    long length = varint();
    if (length < 0 || length > in.remaining()) {
      throw rejected();
    }
    ByteBuffer value = in.slice().limit((int) length);
    in.position(in.position() + (int) length);
    return value;
  }

  private void tag(int field, int type) throws FrameRejectedException {
    if (varint() != ((long) field << 3 | type)) {
      throw rejected();
    }
  }

  private long varint() throws FrameRejectedException {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      if (!in.hasRemaining()) {
        throw rejected();
      }
      byte next = in.get();
      value |= (next & 0x7FL) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw rejected();
  }

  private static FrameRejectedException rejected() {
    return new FrameRejectedException("malformed Artery message");
  }
}
