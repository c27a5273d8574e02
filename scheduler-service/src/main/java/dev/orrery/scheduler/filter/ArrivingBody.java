package dev.orrery.scheduler.filter;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The bytes of a body, which arrive in chunks of any size. They are kept in blocks: a chunk of one
 * byte costs one byte, and no block is so large that it burdens the collector.
 */
final class ArrivingBody {
  static final int BLOCK = 32 * 1024;

  private final long expected;
  private final List<byte[]> full = new ArrayList<>(0);
  private byte[] last = {};
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

  void add(Buffer chunk) {
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

  /** Returns the bytes that have arrived so far. */
  InputStream stream() {
    InputStream end = new ByteArrayInputStream(last, 0, inLast);
    if (full.isEmpty()) {
      return end;
    }
    List<InputStream> parts = new ArrayList<>(full.size() + 1);
    full.forEach(block -> parts.add(new ByteArrayInputStream(block)));
    parts.add(end);
    return new SequenceInputStream(Collections.enumeration(parts));
  }
}
