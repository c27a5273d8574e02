package dev.orrery.scheduler.http.filter;

import io.vertx.core.buffer.Buffer;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Collects the bytes of a request body, which arrive in chunks of any size. Stores them in blocks
 * that grow with the body: a small chunk costs few bytes, and no block is so large that it burdens
 * the garbage collector.
 *
 * <p>One thread receives the bytes; another one may then read them. {@link #discard} is
 * thread-safe.
 */
final class ArrivingBody {
  static final int BLOCK_BYTES = 32 * 1024;

  private static final int FIRST_BLOCK = 1024;
  private static final byte[] NONE = {};

  private final long expected;
  private final Queue<byte[]> full = new ArrayDeque<>(1);
  private byte[] last = NONE;
  private int inLast;
  private int readOfFirst;
  private long size;

  /**
   * @param expected the bytes to reserve; more may arrive
   */
  ArrivingBody(long expected) {
    this.expected = expected;
  }

  /** Returns the number of bytes that have arrived, including read and discarded ones. */
  synchronized long size() {
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
    long more = Math.min(expected - size, Math.max(FIRST_BLOCK, size));
    last = new byte[(int) Math.min(BLOCK_BYTES, Math.max(least, more))];
    inLast = 0;
  }

  /** Returns the bytes that have arrived. They can be read once: each block is freed when read. */
  InputStream stream() {
    return new Reader();
  }

  private synchronized int read(byte[] target, int offset, int length) {
    if (isEmpty()) {
      return -1;
    }
    byte[] first = full.isEmpty() ? last : full.peek();
    int end = full.isEmpty() ? inLast : first.length;
    int count = Math.min(length, end - readOfFirst);
    System.arraycopy(first, readOfFirst, target, offset, count);
    readOfFirst += count;
    if (readOfFirst == end) {
      endFirst();
    }
    return count;
  }

  private void endFirst() {
    readOfFirst = 0;
    if (full.poll() == null) {
      discard();
    }
  }

  /** Frees the unread bytes; a reader reaches the end of the stream. */
  synchronized void discard() {
    full.clear();
    last = NONE;
    inLast = 0;
    readOfFirst = 0;
  }

  synchronized boolean isEmpty() {
    return inLast == 0;
  }

  private final class Reader extends InputStream {
    @Override
    public int read() {
      byte[] next = new byte[1];
      return read(next, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(next[0]);
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      return ArrivingBody.this.read(target, offset, length);
    }
  }
}
