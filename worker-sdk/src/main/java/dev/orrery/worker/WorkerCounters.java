package dev.orrery.worker;

import java.util.concurrent.atomic.LongAdder;

/** Counters of a worker since its start. Safe for use by several threads. */
public final class WorkerCounters {
  private final LongAdder started = new LongAdder();
  private final LongAdder reported = new LongAdder();
  private final LongAdder stale = new LongAdder();
  private final LongAdder lost = new LongAdder();
  private final LongAdder sessions = new LongAdder();
  private final LongAdder pollFailures = new LongAdder();

  /** Attempts that were started. */
  public LongAdder started() {
    return started;
  }

  /** Reports that the scheduler has taken. */
  public LongAdder reported() {
    return reported;
  }

  /** Reports that came too late: the attempt was no longer this worker's. */
  public LongAdder stale() {
    return stale;
  }

  /** Attempts that were stopped because they were no longer this worker's. */
  public LongAdder lost() {
    return lost;
  }

  /** Polls that failed while their session was in use. */
  public LongAdder pollFailures() {
    return pollFailures;
  }

  /** Handshakes that came to an agreement. */
  public LongAdder sessions() {
    return sessions;
  }
}
