package dev.orrery.transport.akka.proxy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Checks the bytes of a connection: the start of an Artery stream over TCP, then frames, each
 * preceded by its length. Holds back the head of a frame until its rule has decided, and rejects an
 * oversized frame as soon as its length has arrived; Artery would accept any size.
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
  private boolean isSkipped;
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
   * @param passed receives those that Artery gets
   * @throws FrameRejectedException if our peers would never send them
   */
  void check(ByteBuffer bytes, FrameOutput passed) throws FrameRejectedException {
    ByteBuffer next = bytes.duplicate();
    while (next.hasRemaining()) {
      if (startRead <= MAGIC.length) {
        start(next.get(), passed);
      } else if (!inFrame) {
        length(next.get());
      } else {
        frame(next, passed);
      }
    }
  }

  private void start(byte next, FrameOutput passed) throws FrameRejectedException {
    if (startRead < MAGIC.length) {
      if (next != MAGIC[startRead]) {
        throw new FrameRejectedException("not an Artery connection");
      }
    } else if (next != CONTROL && next != ORDINARY) {
      throw new FrameRejectedException("unknown stream");
    } else {
      stream = next;
    }
    passed.put(next);
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
      isSkipped = false;
      frameRead = 0;
    }
  }

  private void frame(ByteBuffer next, FrameOutput passed) throws FrameRejectedException {
    int headLength = Math.min(length, FrameHead.MAX_HEAD);
    int here = Math.min(next.remaining(), length - frameRead);
    int ofHead = Math.min(here, Math.max(0, headLength - frameRead));
    if (ofHead > 0) {
      if (head == null || head.length < headLength) {
        head = new byte[headLength];
      }
      next.get(head, frameRead, ofHead);
      if (frameRead + ofHead == headLength) {
        pass(ByteBuffer.wrap(head, 0, headLength), passed);
      }
    }
    int rest = here - ofHead;
    if (rest > 0 && !isSkipped) {
      passed.put(next.slice().limit(rest));
    }
    next.position(next.position() + rest);
    frameRead += here;
    if (frameRead == length) {
      frames++;
      inFrame = false;
      length = 0;
      lengthRead = 0;
      frameRead = 0;
    }
  }

  private void pass(ByteBuffer bytes, FrameOutput passed) throws FrameRejectedException {
    FrameHead read = FrameHead.read(bytes, length);
    FrameVerdict verdict = rule.check(isOrdinary(), read);
    isSkipped = !verdict.isForwarded();
    if (!isSkipped) {
      ByteBuffer out =
          verdict.sender() == null
              ? bytes
              : FrameHead.withSender(bytes, read.sender(), verdict.sender());
      int grown = length + out.remaining() - bytes.remaining();
      passed
          .put(
              ByteBuffer.allocate(Integer.BYTES)
                  .order(ByteOrder.LITTLE_ENDIAN)
                  .putInt(grown)
                  .flip())
          .put(out.duplicate());
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
