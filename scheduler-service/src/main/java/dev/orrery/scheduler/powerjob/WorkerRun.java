package dev.orrery.scheduler.powerjob;

import dev.orrery.protocol.message.AttemptRef;

/** An attempt that a worker of PowerJob has, or is about to get. Guarded by its seat. */
final class WorkerRun {
  private final AttemptRef attempt;
  private final long wireId;
  private int nextLine;

  /** When the worker was last told or asked about the run; 0 before the first time. */
  private long toldNanos;

  private boolean pushed;
  private boolean confirmed;
  private boolean canceling;
  private boolean ending;

  WorkerRun(AttemptRef attempt, long wireId, int nextLine) {
    this.attempt = attempt;
    this.wireId = wireId;
    this.nextLine = nextLine;
  }

  AttemptRef attempt() {
    return attempt;
  }

  long wireId() {
    return wireId;
  }

  /** Returns the number of the first of these lines, and counts them. */
  int addLines(int count) {
    int first = nextLine;
    nextLine += count;
    return first;
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
