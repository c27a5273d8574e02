package dev.orrery.transport.akka.proxy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Checks the bytes of a connection: the start of an Artery stream over TCP, then frames, each
 * preceded by its length. Holds back a frame until it is complete and its rule has decided, and
 * rejects an oversized frame as soon as its length has arrived; Artery would accept any size.
 */
final class FrameCheck {
  private static final byte[] MAGIC = {'A', 'K', 'K', 'A'};
  private static final int CONTROL = 1;
  private static final int ORDINARY = 2;
  private static final int FIRST_BYTES = 512;

  /** What a connection keeps for its next frame. */
  private static final int MAX_KEPT = 4096;

  private final int maxFrame;
  private final FrameRule rule;
  private int startRead;
  private int stream;
  private int lengthRead;
  private int length;
  private int frameRead;

  /** The start of a frame that arrives in parts. It grows with what has arrived. */
  private byte[] part = new byte[FIRST_BYTES];

  private boolean inFrame;
  private long frames;

  /**
   * @param maxFrame the maximum frame length
   * @param rule checks each frame before any of it passes
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
      if (length < FrameHeader.MIN_FRAME || length > maxFrame) {
        throw new FrameRejectedException(
            "frame of "
                + Integer.toUnsignedString(length)
                + " bytes; allowed are "
                + FrameHeader.MIN_FRAME
                + " to "
                + maxFrame);
      }
      inFrame = true;
      frameRead = 0;
    }
  }

  private void frame(ByteBuffer next, FrameOutput passed) throws FrameRejectedException {
    int here = Math.min(next.remaining(), length - frameRead);
    ByteBuffer arrived = next.slice().limit(here);
    next.position(next.position() + here);
    if (here == length) {
      pass(arrived, passed);
    } else {
      if (part.length < frameRead + here) {
        part = Arrays.copyOf(part, Math.min(length, Math.max(2 * part.length, frameRead + here)));
      }
      arrived.get(part, frameRead, here);
      frameRead += here;
      if (frameRead < length) {
        return;
      }
      pass(ByteBuffer.wrap(part, 0, length), passed);
    }
    frames++;
    inFrame = false;
    length = 0;
    lengthRead = 0;
    frameRead = 0;
    if (part.length > MAX_KEPT) {
      part = new byte[FIRST_BYTES];
    }
  }

  private void pass(ByteBuffer frame, FrameOutput passed) throws FrameRejectedException {
    FrameHeader read = FrameHeader.read(frame);
    FrameVerdict verdict = rule.check(isOrdinary(), read);
    if (verdict.isForwarded()) {
      ByteBuffer out =
          verdict.sender() == null
              ? frame
              : FrameHeader.withSender(frame, read.sender(), verdict.sender());
      passed
          .put(
              ByteBuffer.allocate(Integer.BYTES)
                  .order(ByteOrder.LITTLE_ENDIAN)
                  .putInt(out.remaining())
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
