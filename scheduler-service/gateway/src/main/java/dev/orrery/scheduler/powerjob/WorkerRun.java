package dev.orrery.scheduler.powerjob;

import dev.orrery.protocol.message.AttemptRef;
import java.time.Duration;

/** An attempt that a PowerJob worker has, or is about to get. {@link GatewayLoop} owns it. */
final class WorkerRun {
  private final AttemptRef attempt;
  private final long wireId;

  /** Empty if a former owner added the run. */
  private final String job;

  /**
   * The runs of the gateway session when this one was added, with it; 0 if a former owner added it.
   */
  private final int place;

  private final Long timeoutMillis;

  private final OwnerThread owner = new OwnerThread();

  /** When the worker was last told or asked about the run; 0 before the first time. */
  private long toldNanos;

  private PushState state;

  /** Whether the worker has read the run before whatever it is sent from now on. */
  private boolean inOrder;

  private final RepeatedDenial denials = new RepeatedDenial();

  /** The latest time at which the worker is known to have had it; null if it is not. */
  private Long confirmedNanos;

  /** When the call that sends it ended; null before. */
  private Long pushedNanos;

  private boolean canceling;

  private boolean ending;

  private WorkerRun(
      AttemptRef attempt, long wireId, String job, int place, Long timeoutMillis, PushState state) {
    this.attempt = attempt;
    this.wireId = wireId;
    this.job = job;
    this.place = place;
    this.timeoutMillis = timeoutMillis;
    this.state = state;
  }

  /** Returns a run that this replica is about to send. */
  static WorkerRun toBeSent(
      AttemptRef attempt, long wireId, String job, Long timeoutMillis, int place) {
    return new WorkerRun(attempt, wireId, job, place, timeoutMillis, PushState.SENT);
  }

  /**
   * Returns a run that a former owner may have sent, and may have told to stop.
   *
   * @param isRead whether the worker has read it, if it was sent
   */
  static WorkerRun adopted(
      GatewaySessionStore.Running attempt, long wireId, boolean isRead, long nowNanos) {
    WorkerRun run =
        new WorkerRun(attempt.attempt(), wireId, "", 0, attempt.timeoutMillis(), PushState.UNKNOWN);
    run.pushed(isRead, nowNanos);
    if (attempt.canceledMillis() != null) {
      run.canceling();
    }
    return run;
  }

  AttemptRef attempt() {
    return attempt;
  }

  long wireId() {
    return wireId;
  }

  String job() {
    return job;
  }

  int place() {
    return place;
  }

  /** Returns the time-out of the attempt; null if it has none. */
  Long timeoutMillis() {
    return timeoutMillis;
  }

  void told(long nanos) {
    owner.require();
    toldNanos = nanos;
  }

  long toldNanos() {
    owner.require();
    return toldNanos;
  }

  /**
   * The call that sends it has ended.
   *
   * @param isRead whether the worker has read it
   */
  void pushed(boolean isRead, long nanos) {
    owner.require();
    inOrder = isRead;
    pushedNanos = nanos;
    toldNanos = nanos;
  }

  boolean isPushed() {
    owner.require();
    return pushedNanos != null;
  }

  PushState state() {
    owner.require();
    return state;
  }

  /** Returns whether a denial of the worker is its last word. */
  boolean isRead() {
    owner.require();
    return inOrder || state == PushState.CONFIRMED;
  }

  /** The worker has it at this time. */
  void confirmed(long nanos) {
    owner.require();
    state = PushState.CONFIRMED;
    confirmedNanos = nanos;
  }

  void contactLost() {
    owner.require();
    state = state.onContactLost();
    denials.begin();
  }

  /** Returns whether the worker is asked for the second time that counts. */
  boolean isAskedAgain(long nowNanos, long heartbeatNanos) {
    owner.require();
    return denials.isSecond(nowNanos, heartbeatNanos);
  }

  /** The worker has said that it does not have it; see {@link RepeatedDenial#denied}. */
  PushState.Denial denied(long askedNanos, long deniedNanos, long heartbeatNanos) {
    owner.require();
    boolean repeated = denials.denied(askedNanos, deniedNanos, heartbeatNanos);
    return confirmedNanos != null && askedNanos - confirmedNanos < 0
        ? PushState.Denial.UNDECIDED
        : state.onDenied(canceling, inOrder, repeated, Duration.ofNanos(askedNanos - pushedNanos));
  }

  void canceling() {
    owner.require();
    canceling = true;
  }

  boolean isCanceling() {
    owner.require();
    return canceling;
  }

  /** Returns true for the first caller that ends the run. */
  boolean beginEnd() {
    owner.require();
    boolean first = !ending;
    ending = true;
    return first;
  }

  /** The end was not stored; it may be tried again. */
  void endFailed() {
    owner.require();
    ending = false;
  }
}
