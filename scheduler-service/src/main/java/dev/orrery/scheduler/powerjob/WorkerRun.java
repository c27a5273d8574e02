package dev.orrery.scheduler.powerjob;

import dev.orrery.protocol.message.AttemptRef;

/** An attempt that a PowerJob worker has, or is about to get. Guarded by its seat. */
final class WorkerRun {
  private final AttemptRef attempt;
  private final long wireId;

  /** The runs of the seat when this one was added, with it; 0 if a former owner added it. */
  private final int place;

  /** When the worker was last told or asked about the run; 0 before the first time. */
  private long toldNanos;

  private boolean pushed;
  private boolean confirmed;
  private boolean canceling;
  private boolean ending;

  WorkerRun(AttemptRef attempt, long wireId, int place) {
    this.attempt = attempt;
    this.wireId = wireId;
    this.place = place;
  }

  AttemptRef attempt() {
    return attempt;
  }

  long wireId() {
    return wireId;
  }

  int place() {
    return place;
  }

  void told(long nanos) {
    toldNanos = nanos;
  }

  long toldNanos() {
    return toldNanos;
  }

  void pushed(long nanos) {
    pushed = true;
    toldNanos = nanos;
  }

  boolean isPushed() {
    return pushed;
  }

  void confirmed() {
    confirmed = true;
  }

  boolean isConfirmed() {
    return confirmed;
  }

  void canceling() {
    canceling = true;
  }

  boolean isCanceling() {
    return canceling;
  }

  /** Returns true for the first caller that ends the run. */
  boolean beginEnd() {
    boolean first = !ending;
    ending = true;
    return first;
  }

  /** The end was not stored; it may be tried again. */
  void endFailed() {
    ending = false;
  }
}
