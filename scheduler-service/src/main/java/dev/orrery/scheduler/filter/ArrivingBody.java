package dev.orrery.scheduler.filter;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * The bytes of a body, which arrive in chunks of any size. They are kept in blocks: a chunk of one
 * byte costs one byte, and no block is so large that it burdens the collector.
 *
 * <p>One thread receives the bytes, and then one reads them. {@link #discard} may come from another
 * thread at any time.
 */
final class ArrivingBody {
  static final int BLOCK = 32 * 1024;

  private static final byte[] NONE = {};

  private final long expected;
  private final Queue<byte[]> full = new ArrayDeque<>(1);
  private byte[] last = NONE;
  private int inLast;
  private long size;

  /**
   * @param expected the bytes to make room for; more may arrive
   */
  ArrivingBody(long expected) {
    this.expected = expected;
  }

  long size() {
    return size;
  }

  synchronized void add(Buffer chunk) {
    int added = 0;
    while (added < chunk.length()) {
      if (inLast == last.length) {
        beginBlock(chunk.length() - added);
      }
      int part = Math.min(chunk.length() - added, last.length - inLast);
      chunk.getBytes(added, added + part, last, inLast);
      inLast += part;
      size += part;
      added += part;
    }
  }

  private void beginBlock(int least) {
    if (last.length > 0) {
      full.add(last);
    }
    last = new byte[(int) Math.min(BLOCK, Math.max(least, expected - size))];
    inLast = 0;
  }

  /** Returns the bytes that have arrived. They can be read once: each block is freed when read. */
  InputStream stream() {
    return new Reader();
  }

  private synchronized InputStream nextBlock() {
    byte[] block = full.poll();
    if (block != null) {
      return new ByteArrayInputStream(block);
    }
    InputStream end = new ByteArrayInputStream(last, 0, inLast);
    discard();
    return end;
  }

  /** Frees the bytes that have not been read; a reader comes to the end of the stream. */
  synchronized void discard() {
    full.clear();
    last = NONE;
    inLast = 0;
  }

  /** Returns whether all bytes were read or discarded. */
  synchronized boolean isEmpty() {
    return inLast == 0;
  }

  private final class Reader extends InputStream {
    private InputStream block = nextBlock();

    @Override
    public int read() throws IOException {
      int next = block.read();
      while (next < 0 && !isEmpty()) {
        block = nextBlock();
        next = block.read();
      }
      return next;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int count = block.read(buffer, offset, length);
      while (count < 0 && !isEmpty()) {
        block = nextBlock();
        count = block.read(buffer, offset, length);
      }
      return count;
    }
  }
}
