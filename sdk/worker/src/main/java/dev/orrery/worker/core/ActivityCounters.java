package dev.orrery.worker.core;

import dev.orrery.worker.WorkerCounters;
import java.util.concurrent.atomic.LongAdder;

/** Counts events of a worker; users of the SDK read them as {@link WorkerCounters}. */
public final class ActivityCounters implements WorkerCounters {
  private final LongAdder started = new LongAdder();
  private final LongAdder reported = new LongAdder();
  private final LongAdder stale = new LongAdder();
  private final LongAdder lost = new LongAdder();
  private final LongAdder pollFailures = new LongAdder();
  private final LongAdder sessions = new LongAdder();

  public void attemptStarted() {
    started.increment();
  }

  public void reportTaken() {
    reported.increment();
  }

  public void reportStale() {
    stale.increment();
  }

  public void attemptLost() {
    lost.increment();
  }

  public void pollFailed() {
    pollFailures.increment();
  }

  public void sessionOpened() {
    sessions.increment();
  }

  @Override
  public long started() {
    return started.sum();
  }

  @Override
  public long reported() {
    return reported.sum();
  }

  @Override
  public long stale() {
    return stale.sum();
  }

  @Override
  public long lost() {
    return lost.sum();
  }

  @Override
  public long pollFailures() {
    return pollFailures.sum();
  }

  @Override
  public long sessions() {
    return sessions.sum();
  }
}
