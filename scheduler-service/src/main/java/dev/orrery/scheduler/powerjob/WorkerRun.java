package dev.orrery.scheduler.powerjob;

import dev.orrery.protocol.message.AttemptRef;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** An attempt that a PowerJob worker has, or is about to get. Guarded by its gateway session. */
final class WorkerRun {
  private final AttemptRef attempt;
  private final long wireId;

  /**
   * The runs of the gateway session when this one was added, with it; 0 if a former owner added it.
   */
  private final int place;

  private final Long timeoutMillis;

  /** When the worker was last told or asked about the run; 0 before the first time. */
  private long toldNanos;

  private PushState state;

  /** When the call that sends it ended; null before. */
  private Long pushedNanos;

  private boolean canceling;

  /** When the worker acknowledged its stop; null if it has not. */
  private Long stoppedNanos;

  private boolean ending;

  private WorkerRun(
      AttemptRef attempt, long wireId, int place, Long timeoutMillis, PushState state) {
    this.attempt = attempt;
    this.wireId = wireId;
    this.place = place;
    this.timeoutMillis = timeoutMillis;
    this.state = state;
  }

  /** Returns a run that this replica is about to send. */
  static WorkerRun toBeSent(AttemptRef attempt, long wireId, Long timeoutMillis, int place) {
    return new WorkerRun(attempt, wireId, place, timeoutMillis, PushState.SENT);
  }

  /** Returns a run that a former owner may have sent, and may have told to stop. */
  static WorkerRun adopted(GatewaySessionStore.Running attempt, long wireId, long nowNanos) {
    WorkerRun run =
        new WorkerRun(attempt.attempt(), wireId, 0, attempt.timeoutMillis(), PushState.UNKNOWN);
    run.pushed(nowNanos);
    if (attempt.canceledMillis() != null) {
      run.canceling();
      run.stopped(nowNanos - TimeUnit.MILLISECONDS.toNanos(attempt.canceledMillis()));
    }
    return run;
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

  /** Returns the time-out of the attempt; null if it has none. */
  Long timeoutMillis() {
    return timeoutMillis;
  }

  void told(long nanos) {
    toldNanos = nanos;
  }

  long toldNanos() {
    return toldNanos;
  }

  /** The call that sends it has ended. */
  void pushed(long nanos) {
    pushedNanos = nanos;
    toldNanos = nanos;
  }

  boolean isPushed() {
    return pushedNanos != null;
  }

  PushState state() {
    return state;
  }

  void confirmed() {
    state = PushState.CONFIRMED;
  }

  void contactLost() {
    state = state.onContactLost();
  }

  /** The worker has said, as an answer to a question of this time, that it does not have it. */
  PushState.Denial denied(long askedNanos) {
    return state.onDenied(canceling, Duration.ofNanos(askedNanos - pushedNanos));
  }

  void canceling() {
    canceling = true;
  }

  boolean isCanceling() {
    return canceling;
  }

  /** The worker has acknowledged that it must stop. */
  void stopped(long nanos) {
    if (stoppedNanos == null) {
      stoppedNanos = nanos;
    }
  }

  /** Returns the milliseconds since the worker acknowledged a stop; null if it has not. */
  Long stoppedMillis(long nowNanos) {
    return stoppedNanos == null ? null : TimeUnit.NANOSECONDS.toMillis(nowNanos - stoppedNanos);
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
