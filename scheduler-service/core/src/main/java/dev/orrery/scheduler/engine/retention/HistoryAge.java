package dev.orrery.scheduler.engine.retention;

import dev.orrery.scheduler.base.time.Ticker;
import dev.orrery.scheduler.engine.retention.PartitionStore.Ends;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;

/**
 * Decides whether all instances of a day, except parts, ended long enough ago. Reads the end times
 * in bounded steps and keeps the position up to which all are old, so it reads each day about once.
 */
@ApplicationScoped
class HistoryAge {
  private static final int BATCH_SIZE = 50_000;
  private static final Duration MAX_RUN_TIME = Duration.ofSeconds(5);
  private static final long BEFORE_THE_FIRST = -1;

  private final PartitionStore partitions;
  private final Ticker ticker;
  private final int step;
  private final Map<LocalDate, Long> oldUpTo = new HashMap<>();

  @Inject
  HistoryAge(PartitionStore partitions, Ticker ticker) {
    this(partitions, ticker, BATCH_SIZE);
  }

  /**
   * @param step number of rows in one statement
   */
  HistoryAge(PartitionStore partitions, Ticker ticker, int step) {
    this.partitions = partitions;
    this.ticker = ticker;
    this.step = step;
  }

  /**
   * Returns true if all instances of a day ended longer ago than {@code age}. Returns false while
   * an instance is active, because it still needs the attempts of its day. Also returns false if
   * {@link #MAX_RUN_TIME} is too short to read the whole day; the next call continues there.
   */
  synchronized boolean isOver(LocalDate day, Duration age) {
    if (partitions.hasActive(day)) {
      return false;
    }
    long began = ticker.nanos();
    do {
      Ends ends = partitions.endsAfter(day, oldUpTo.getOrDefault(day, BEFORE_THE_FIRST), step, age);
      if (!ends.old()) {
        return false;
      }
      if (ends.rows() < step) {
        oldUpTo.remove(day);
        return true;
      }
      oldUpTo.put(day, ends.last().orElseThrow());
    } while (ticker.nanos() - began < MAX_RUN_TIME.toNanos());
    return false;
  }
}
