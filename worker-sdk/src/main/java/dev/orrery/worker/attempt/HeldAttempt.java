package dev.orrery.worker.attempt;

import dev.orrery.protocol.message.Assignment;
import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.worker.core.ScheduledTask;

/**
 * An attempt that this worker knows of, from its assignment until the scheduler can no longer give
 * it again. Belongs to the worker's thread.
 */
public final class HeldAttempt {
  private final Assignment assignment;
  private final String session;
  private final AttemptLog log;
  private final AttemptProgress progress;
  private State state = State.BUFFERED;
  private RunningAttempt running;
  private AttemptOutcome outcome;
  private boolean logIncomplete;
  private ScheduledTask timer;
  private long forgetAfterPoll;

  /** The state of the attempt. */
  enum State {
    BUFFERED,
    RUNNING,
    /** It has ended here, and the scheduler may not know. */
    ENDED,
    /** The scheduler has taken the report; only remembered so that it is not started again. */
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

  /** The session that it was given to, which need not be the present one. */
  public String session() {
    return session;
  }

  public AttemptLog log() {
    return log;
  }

  public AttemptProgress progress() {
    return progress;
  }

  /** How it ended; null before. */
  public AttemptOutcome outcome() {
    return outcome;
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

  void started(RunningAttempt attempt, ScheduledTask timeout) {
    state = State.RUNNING;
    running = attempt;
    timer = timeout;
  }

  /** Replaces the timer, which is that of the time-out or that of the grace after a stop. */
  void timer(ScheduledTask next) {
    stopTimer();
    timer = next;
  }

  void ended(AttemptOutcome how) {
    stopTimer();
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
   * @param afterPoll the answer to this poll, or to a later one, ends the memory
   */
  void acknowledged(long afterPoll) {
    state = State.ACKNOWLEDGED;
    forgetAfterPoll = afterPoll;
  }

  boolean isForgottenAfter(long answeredPoll) {
    return state == State.ACKNOWLEDGED && answeredPoll >= forgetAfterPoll;
  }
}
