package dev.orrery.scheduler.powerjob;

import dev.orrery.scheduler.base.quota.QuotaPermit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Holds back the log messages of one attempt until messages that were sent before them have
 * arrived. It has no clock and no thread: its owner asks it for the messages that have waited long
 * enough.
 */
final class HeldBlocks {
  /** The owner's timer may be early by this much. */
  private static final Duration MAX_EARLY = Duration.ofMillis(50);

  private static final Comparator<Block> SENT =
      Comparator.comparingLong(Block::first)
          .thenComparingLong(Block::last)
          .thenComparing(Block::isRest)
          .thenComparingLong(Block::arrivedNanos);

  private final List<Block> blocks = new ArrayList<>();

  /**
   * A line.
   *
   * @param time milliseconds since 1970
   */
  record TimedLine(long time, String stream, String text) {
    TimedLine earlierBy(long millis) {
      return new TimedLine(time - millis, stream, text);
    }
  }

  /**
   * The lines of one message. They are not always in order: each thread of a run takes the time of
   * its lines itself, and the clock of the worker can be set back.
   *
   * @param lines at least one
   * @param isRest whether the worker sent it after the others
   * @param place of the lines in memory
   * @param first the time of the earliest line
   * @param last the time of the latest line
   */
  record Block(
      List<TimedLine> lines,
      boolean isRest,
      long arrivedNanos,
      QuotaPermit place,
      long first,
      long last) {
    Block(List<TimedLine> lines, boolean isRest, long arrivedNanos, QuotaPermit place) {
      this(
          lines,
          isRest,
          arrivedNanos,
          place,
          lines.stream().mapToLong(TimedLine::time).min().orElseThrow(),
          lines.stream().mapToLong(TimedLine::time).max().orElseThrow());
    }
  }

  void add(Block block) {
    blocks.add(block);
  }

  boolean isEmpty() {
    return blocks.isEmpty();
  }

  /** Removes and returns what has waited long enough, and what was written before it. */
  List<Block> release(long nowNanos) {
    long until =
        blocks.stream()
            .filter(
                block ->
                    nowNanos - block.arrivedNanos()
                        >= PowerJobLimits.LOG_HOLD_TIME.toNanos() - MAX_EARLY.toNanos())
            .mapToLong(Block::last)
            .max()
            .orElse(Long.MIN_VALUE);
    List<Block> released = blocks.stream().filter(block -> block.first() <= until).toList();
    blocks.removeIf(block -> block.first() <= until);
    return released;
  }

  List<Block> releaseAll() {
    List<Block> released = List.copyOf(blocks);
    blocks.clear();
    return released;
  }

  /**
   * Returns all lines by their times. Of lines of the same millisecond, those of an earlier message
   * come first; of messages with that millisecond alone, those that arrived first.
   */
  static List<TimedLine> lines(List<Block> blocks) {
    return blocks.stream()
        .sorted(SENT)
        .flatMap(block -> block.lines().stream())
        .sorted(Comparator.comparingLong(TimedLine::time))
        .toList();
  }
}
