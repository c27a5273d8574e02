package dev.orrery.powerjob.mu;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Splits the bytes of one connection into the frames of MU. Memory follows the bytes that arrived,
 * not the length that a frame claims.
 */
public final class MuFrameReader {
  private static final int FIRST_BYTES = 4 * 1024;

  private int missingOfLength = Integer.BYTES;
  private int length;
  private byte[] frame;
  private int read;

  /** Takes a frame, and may refuse what is in it. */
  public interface Frames {
    void take(byte[] frame) throws IOException;
  }

  /** Returns whether a frame has begun and not ended. */
  public boolean isWithinFrame() {
    return frame != null || missingOfLength < Integer.BYTES;
  }

  /** Returns the memory of the frame that has begun. */
  public int heldBytes() {
    return frame == null ? 0 : frame.length;
  }

  /**
   * Reads the next bytes; the connection must be closed after an exception.
   *
   * @throws IOException if a frame is empty or longer than {@link MuMessage#MAX_BYTES}
   */
  public void read(ByteBuffer bytes, Frames frames) throws IOException {
    while (bytes.hasRemaining()) {
      if (frame == null) {
        readLength(bytes.get());
      } else {
        readBody(bytes);
        if (read == length) {
          byte[] whole = frame;
          frame = null;
          missingOfLength = Integer.BYTES;
          frames.take(whole);
        }
      }
    }
  }

  private void readLength(byte next) throws IOException {
    length = (length << Byte.SIZE) | (next & 0xff);
    missingOfLength--;
    if (missingOfLength > 0) {
      return;
    }
    if (length < 1 || length > MuMessage.MAX_BYTES) {
      throw new IOException(
          "A message of MU has "
              + Integer.toUnsignedString(length)
              + " bytes; it must have 1 to "
              + MuMessage.MAX_BYTES
              + ".");
    }
    frame = new byte[Math.min(length, FIRST_BYTES)];
    read = 0;
  }

  private void readBody(ByteBuffer bytes) {
    int taken = Math.min(bytes.remaining(), length - read);
    if (read + taken > frame.length) {
      frame = Arrays.copyOf(frame, Math.min(length, Math.max(read + taken, 2 * frame.length)));
    }
    bytes.get(frame, read, taken);
    read += taken;
  }
}
