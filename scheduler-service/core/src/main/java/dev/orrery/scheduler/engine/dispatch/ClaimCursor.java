package dev.orrery.scheduler.engine.dispatch;

import java.time.Duration;

/**
 * The position in one priority of a lane at which the next claim starts. Index entries of deleted
 * rows stay for as long as any transaction is open that began before the delete. Without a cursor
 * every claim would walk over all of them, and the queue would get slower and slower.
 *
 * <p>This is a cache: rows can become ready behind the cursor. Code that makes such rows ready
 * rewinds it, and once a second a claim scans everything anyway.
 */
final class ClaimCursor {
  private static final long FULL_SCAN_INTERVAL_NANOS = Duration.ofSeconds(1).toNanos();

  /**
   * Full scans that take at most this long are made at every rewind. Jobs with a concurrency limit,
   * whose instances are unblocked long after they became due, cause a rewind at each start.
   */
  private static final long CHEAP_NANOS = Duration.ofMillis(50).toNanos();

  /** Longer full scans use at most one eleventh of the time. */
  private static final int MAX_COST_RATIO = 10;

  private QueuePosition position = QueuePosition.START;
  private long rewinds = 1;
  private long rewindsServed;
  private boolean scannedFully;
  private long fullScanAtNanos;
  private long fullScanTookNanos;

  /**
   * A scan that a claim makes.
   *
   * @param from the first position that it reads
   * @param rewinds the number of rewinds before the scan; a full scan serves these
   */
  record Scan(QueuePosition from, long rewinds) {
    boolean isFull() {
      return from.equals(QueuePosition.START);
    }
  }

  /** Requests a full scan, because rows may have become ready behind the cursor. */
  synchronized void rewind() {
    rewinds++;
  }

  /** Returns whether a rewind still waits for its full scan. */
  synchronized boolean awaitsFullScan() {
    return rewinds != rewindsServed;
  }

  synchronized Scan next(long nowNanos) {
    long ago = nowNanos - fullScanAtNanos;
    boolean wanted = awaitsFullScan() || ago >= FULL_SCAN_INTERVAL_NANOS;
    boolean affordable = !scannedFully || ago >= MAX_COST_RATIO * (fullScanTookNanos - CHEAP_NANOS);
    return new Scan(wanted && affordable ? QueuePosition.START : position, rewinds);
  }

  /** Moves behind the rows that a scan has claimed. */
  synchronized void advance(ScanResult result) {
    Scan scan = result.scan().scan();
    if (scan.isFull()) {
      scannedFully = true;
      fullScanAtNanos = result.endedNanos();
      fullScanTookNanos = result.tookNanos();
      rewindsServed = scan.rewinds();
    }
    if (result.reached() != null) {
      boolean rowsLeftBehind = scan.isFull() && !result.complete();
      position =
          rowsLeftBehind ? result.reached() : QueuePosition.later(position, result.reached());
    }
  }
}
