package dev.orrery.transport.akka.proxy;

import java.nio.ByteBuffer;

/**
 * Checks the bytes that one connection sends: the start of a stream of Artery over TCP, then
 * frames, each preceded by its length. It buffers no more than the head of a frame. It rejects a
 * frame that is too large as soon as its length has arrived; Artery would accept any size.
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
   * @param maxFrame the largest length that passes
   * @param rule checks each frame before its last byte passes
   */
  FrameCheck(int maxFrame, FrameRule rule) {
    this.maxFrame = maxFrame;
    this.rule = rule;
  }

  /**
   * Checks the next bytes.
   *
   * @throws FrameRejectedException if none of our peers would send them
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
        throw new FrameRejectedException("the peer does not speak Artery");
      }
    } else if (next != CONTROL && next != ORDINARY) {
      throw new FrameRejectedException("there is no such stream");
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
            "a frame of "
                + Integer.toUnsignedString(length)
                + " bytes; they have "
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

  /** Returns true if the first frame has begun, and has an allowed length. */
  boolean isAnnounced() {
    return inFrame || frames > 0;
  }

  /** The bytes of the frame that has arrived in part. */
  int partialBytes() {
    return inFrame ? frameRead : 0;
  }

  /** Returns true if a frame, or its length, has arrived in part. */
  boolean isMidFrame() {
    return inFrame || lengthRead > 0;
  }

  /** The number of frames that have arrived. */
  long frames() {
    return frames;
  }

  /** Returns true if the stream carries messages of actors, and not only Artery's own. */
  boolean isOrdinary() {
    return stream == ORDINARY;
  }
}
