package dev.orrery.scheduler.logs;

import dev.orrery.protocol.message.LogsRequest.Chunk;
import dev.orrery.protocol.message.LogsRequest.Line;

/** Sizes and limits of log chunks. */
final class LogSize {
  /** Of one attempt; workers stop at it by themselves, this is the wall behind them. */
  static final long MAX_ATTEMPT_BYTES = 1024L * 1024 + 64 * 1024;

  private LogSize() {}

  static int lastSequence(Chunk chunk) {
    return chunk.sequence() + chunk.lines().size() - 1;
  }

  /** Characters stand for bytes here: close enough for a bound. */
  static int bytes(Chunk chunk) {
    int bytes = 0;
    for (Line line : chunk.lines()) {
      bytes += line.text() == null ? 1 : line.text().length() + 1;
    }
    return bytes;
  }

  /** Text without what the database cannot store. */
  static String storable(String text) {
    return text == null ? "" : text.replace('\0', '\uFFFD');
  }
}
