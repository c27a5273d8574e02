package dev.orrery.worker.attempt;

import dev.orrery.protocol.message.Assignment;
import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.worker.core.ScheduledTask;
import java.time.Duration;
import java.util.Optional;

/**
 * An attempt of this worker, from its assignment until the scheduler can no longer redeliver it.
 * Belongs to the event loop.
 */
public final class HeldAttempt {
  private final Assignment assignment;
  private final AttemptRef ref;
  private final String session;
  private final AttemptLog log;
  private final AttemptProgress progress;
  private State state = State.BUFFERED;
  private RunningAttempt running;
  private AttemptOutcome outcome;
  private long startedNanos;
  private Duration runTime;
  private boolean logIncomplete;
  private ScheduledTask timer;
  private long forgetAfterPoll;

  enum State {
    BUFFERED,
    RUNNING,
    /** It has ended here; its report may not have arrived. */
    ENDED,
    /** Its report has a verdict; it is kept only so that a redelivery does not start it again. */
    ACKNOWLEDGED
  }

  HeldAttempt(Assignment assignment, String session) {
    this.assignment = assignment;
    this.ref = assignment.ref();
    this.session = session;
    this.log = new AttemptLog(ref);
    this.progress = new AttemptProgress(ref);
  }

  public Assignment assignment() {
    return assignment;
  }

  public AttemptRef ref() {
    return ref;
  }

  /** The session that delivered it, which need not be the current one. */
  public String session() {
    return session;
  }

  public AttemptLog log() {
    return log;
  }

  public AttemptProgress progress() {
    return progress;
  }

  /** The outcome; null until it has ended. */
  public AttemptOutcome outcome() {
    return outcome;
  }

  /** How long it ran; empty if it has not ended, or was never started. */
  public Optional<Duration> runTime() {
    return Optional.ofNullable(runTime);
  }

  public boolean logIncomplete() {
    return logIncomplete;
  }

  /** Marks that its last lines will not arrive before its report. */
  public void markLogIncomplete() {
    logIncomplete = true;
  }

  State state() {
    return state;
  }

  RunningAttempt running() {
    return running;
  }

  void started(RunningAttempt attempt, ScheduledTask timeout, long nanos) {
    state = State.RUNNING;
    startedNanos = nanos;
    running = attempt;
    timer = timeout;
  }

  /** Replaces the timer. A stop replaces the time-out by the grace period. */
  void setTimer(ScheduledTask next) {
    stopTimer();
    timer = next;
  }

  void ended(AttemptOutcome how, long nanos) {
    stopTimer();
    runTime = state == State.RUNNING ? Duration.ofNanos(nanos - startedNanos) : null;
    state = State.ENDED;
    running = null;
    outcome = how;
  }

  private void stopTimer() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }

  /**
   * @param afterPoll the attempt is forgotten after the response to this poll or a later one
   */
  void acknowledge(long afterPoll) {
    state = State.ACKNOWLEDGED;
    forgetAfterPoll = afterPoll;
  }

  boolean isForgottenAfter(long answeredPoll) {
    return state == State.ACKNOWLEDGED && answeredPoll >= forgetAfterPoll;
  }
}
