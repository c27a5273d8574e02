package dev.orrery.scheduler.retention;

import dev.orrery.scheduler.retention.PartitionStore.Ends;
import dev.orrery.scheduler.time.Ticker;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;

/**
 * Decides whether all instances of a day ended long enough ago. It reads the ends of a day in
 * bounded steps and remembers where the first young one was, so it reads each day about once.
 */
@ApplicationScoped
class HistoryAge {
  private static final int STEP = 50_000;
  private static final Duration RUN = Duration.ofSeconds(5);
  private static final long BEFORE_THE_FIRST = -1;

  private final PartitionStore partitions;
  private final Ticker ticker;
  private final int step;
  private final Map<LocalDate, Long> oldUpTo = new HashMap<>();

  @Inject
  HistoryAge(PartitionStore partitions, Ticker ticker) {
    this(partitions, ticker, STEP);
  }

  /**
   * @param step rows read by one statement
   */
  HistoryAge(PartitionStore partitions, Ticker ticker, int step) {
    this.partitions = partitions;
    this.ticker = ticker;
    this.step = step;
  }

  /**
   * Returns true if all instances of a day ended longer ago than this; one that has not ended still
   * needs the attempts of its day. Returns false also if the time of a run was too short to read
   * the whole day; the next call goes on there.
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
    } while (ticker.nanos() - began < RUN.toNanos());
    return false;
  }
}
