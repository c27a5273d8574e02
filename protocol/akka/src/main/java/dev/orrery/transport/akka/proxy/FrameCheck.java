package dev.orrery.transport.akka.proxy;

import java.nio.ByteBuffer;

/**
 * Checks the bytes of a connection: the start of an Artery stream over TCP, then frames, each
 * preceded by its length. Buffers at most the head of a frame, and rejects an oversized frame as
 * soon as its length has arrived; Artery would accept any size.
 */
final class FrameCheck {
  private static final byte[] MAGIC = {'A', 'K', 'K', 'A'};
  private static final int CONTROL = 1;
  private static final int ORDINARY = 2;

  private final int maxFrame;
  private final FrameRule rule;
  private int startRead;
  private int stream;
  private int lengthRead;
  private int length;
  private int frameRead;
  private byte[] head;
  private boolean inFrame;
  private long frames;

  /**
   * @param maxFrame the maximum frame length
   * @param rule checks each frame before its last byte passes
   */
  FrameCheck(int maxFrame, FrameRule rule) {
    this.maxFrame = maxFrame;
    this.rule = rule;
  }

  /**
   * Checks the next bytes.
   *
   * @throws FrameRejectedException if our peers would never send them
   */
  void check(ByteBuffer bytes) throws FrameRejectedException {
    ByteBuffer next = bytes.duplicate();
    while (next.hasRemaining()) {
      if (startRead <= MAGIC.length) {
        start(next.get());
      } else if (!inFrame) {
        length(next.get());
      } else {
        frame(next);
      }
    }
  }

  private void start(byte next) throws FrameRejectedException {
    if (startRead < MAGIC.length) {
      if (next != MAGIC[startRead]) {
        throw new FrameRejectedException("not an Artery connection");
      }
    } else if (next != CONTROL && next != ORDINARY) {
      throw new FrameRejectedException("unknown stream");
    } else {
      stream = next;
    }
    startRead++;
  }

  private void length(byte next) throws FrameRejectedException {
    length |= (next & 0xFF) << (8 * lengthRead);
    lengthRead++;
    if (lengthRead == Integer.BYTES) {
      if (length < FrameHead.MIN_FRAME || length > maxFrame) {
        throw new FrameRejectedException(
            "frame of "
                + Integer.toUnsignedString(length)
                + " bytes; allowed are "
                + FrameHead.MIN_FRAME
                + " to "
                + maxFrame);
      }
      inFrame = true;
      frameRead = 0;
    }
  }

  private void frame(ByteBuffer next) throws FrameRejectedException {
    int headLength = Math.min(length, FrameHead.MAX_HEAD);
    int here = Math.min(next.remaining(), length - frameRead);
    int ofHead = Math.min(here, Math.max(0, headLength - frameRead));
    if (ofHead > 0) {
      if (head == null || head.length < headLength) {
        head = new byte[headLength];
      }
      next.get(head, frameRead, ofHead);
      if (frameRead + ofHead == headLength) {
        rule.check(isOrdinary(), FrameHead.read(ByteBuffer.wrap(head, 0, headLength), length));
      }
    }
    next.position(next.position() + here - ofHead);
    frameRead += here;
    if (frameRead == length) {
      frames++;
      inFrame = false;
      length = 0;
      lengthRead = 0;
      frameRead = 0;
    }
  }

  /** Returns true if the first frame has begun with an allowed length. */
  boolean isAnnounced() {
    return inFrame || frames > 0;
  }

  int partialBytes() {
    return inFrame ? frameRead : 0;
  }

  /** Returns true if part of a frame, or of its length, has arrived. */
  boolean isMidFrame() {
    return inFrame || lengthRead > 0;
  }

  /** The number of complete frames. */
  long frames() {
    return frames;
  }

  /** Returns true if the stream carries actor messages, not only control messages of Artery. */
  boolean isOrdinary() {
    return stream == ORDINARY;
  }
}
