package dev.orrery.transport.akka.proxy;

import java.nio.ByteBuffer;

/** Buffers the checked bytes of a connection until they are written. It grows as needed. */
final class FrameOutput {
  private ByteBuffer bytes;

  FrameOutput(int size) {
    this.bytes = ByteBuffer.allocate(size);
  }

  void clear() {
    bytes.clear();
  }

  FrameOutput put(byte next) {
    room(1).put(next);
    return this;
  }

  FrameOutput put(ByteBuffer next) {
    room(next.remaining()).put(next);
    return this;
  }

  /** Returns all bytes since {@link #clear}. */
  ByteBuffer written() {
    return bytes.duplicate().flip();
  }

  private ByteBuffer room(int more) {
    if (bytes.remaining() < more) {
      int needed = bytes.position() + more;
      bytes = ByteBuffer.allocate(Math.max(needed, 2 * bytes.capacity())).put(bytes.flip());
    }
    return bytes;
  }
}
