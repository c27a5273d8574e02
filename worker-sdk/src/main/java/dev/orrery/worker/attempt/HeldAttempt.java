package dev.orrery.worker.attempt;

import dev.orrery.protocol.message.Assignment;
import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.worker.core.ScheduledTask;
import java.time.Duration;
import java.util.Optional;

/**
 * An attempt of this worker, from its assignment until the scheduler can no longer deliver it
 * again. Belongs to the event loop.
 */
public final class HeldAttempt {
  private final Assignment assignment;
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

  /** The state of the attempt. */
  enum State {
    BUFFERED,
    RUNNING,
    /** It has ended here; the scheduler may not have its report. */
    ENDED,
    /** Its report has a verdict; it is remembered only so that it does not start again. */
    ACKNOWLEDGED
  }

  HeldAttempt(Assignment assignment, String session) {
    this.assignment = assignment;
    this.session = session;
    this.log = new AttemptLog(assignment.ref());
    this.progress = new AttemptProgress(assignment.ref());
  }

  public Assignment assignment() {
    return assignment;
  }

  public AttemptRef ref() {
    return assignment.ref();
  }

  /** The session to which it was delivered, which need not be the present one. */
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

  /** Its last lines will not arrive before its report. */
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

  /** Replaces the timer of the time-out with that of the grace period after a stop. */
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
   * @param afterPoll the attempt is forgotten after the response to this poll, or to a later one
   */
  void acknowledge(long afterPoll) {
    state = State.ACKNOWLEDGED;
    forgetAfterPoll = afterPoll;
  }

  boolean isForgottenAfter(long answeredPoll) {
    return state == State.ACKNOWLEDGED && answeredPoll >= forgetAfterPoll;
  }
}
