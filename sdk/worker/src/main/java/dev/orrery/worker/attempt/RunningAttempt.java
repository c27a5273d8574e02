package dev.orrery.worker.attempt;

import dev.orrery.protocol.message.Assignment;
import dev.orrery.protocol.message.AttemptReport;
import dev.orrery.protocol.text.TraceParent;
import dev.orrery.worker.Processor;
import dev.orrery.worker.StopCause;
import dev.orrery.worker.capture.AttemptScope;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;

/** An attempt on its own thread, which can be stopped. */
public final class RunningAttempt implements AssignedAttempt {
  private static final Logger LOG = System.getLogger(RunningAttempt.class.getName());

  private final Assignment assignment;
  private final Map<String, String> parameters;
  private final AttemptLog log;
  private final AttemptProgress progress;
  private final Executor stops;
  private final List<Runnable> onStop = new ArrayList<>();
  private volatile boolean noRetry;
  private StopCause cause;
  private CountDownLatch actionsEnded;
  private Thread thread;
  private boolean hasEnded;

  /**
   * @param stops runs the actions of {@link #onStop}, which are code of the application
   */
  RunningAttempt(Assignment assignment, AttemptLog log, AttemptProgress progress, Executor stops) {
    this.assignment = assignment;
    this.parameters = TraceParent.hide(assignment.parameters());
    this.log = log;
    this.progress = progress;
    this.stops = stops;
  }

  /** An attempt whose progress nobody reads. */
  public RunningAttempt(Assignment assignment, AttemptLog log, Executor stops) {
    this(assignment, log, new AttemptProgress(assignment.ref()), stops);
  }

  /**
   * Runs the processor on this thread; returns once it has ended, however it ends, and the actions
   * of its stop, too.
   */
  public AttemptOutcome run(Processor processor) {
    synchronized (this) {
      if (cause != null) {
        return stopped(null, null);
      }
      thread = Thread.currentThread();
    }
    String result = null;
    AttemptFailure failure = null;
    AttemptScope scope = AttemptScope.open(this);
    try {
      result = processor.process(this);
    } catch (Throwable e) {
      // Any throwable ends the attempt, which would otherwise be held forever.
      failure = AttemptFailure.of(e);
    } finally {
      scope.close();
    }
    AttemptOutcome outcome = failure == null ? end(result, null, false) : fail(failure);
    awaitActions();
    return outcome;
  }

  private AttemptOutcome fail(AttemptFailure failure) {
    AttemptOutcome outcome =
        end(failure.result(), failure.error(), failure.nonRetryable() || noRetry);
    try {
      tell(failure, outcome.outcome());
    } catch (RuntimeException | Error e) {
      // Such as the next OutOfMemoryError: the attempt must be reported even so.
      LOG.log(Level.WARNING, "Failed to log the failure of an attempt; reporting it anyway", e);
    }
    return outcome;
  }

  private void tell(AttemptFailure failure, AttemptReport.Outcome outcome) {
    if (isTraced(failure, outcome)) {
      logTrace(failure.thrown());
    } else if (outcome == AttemptReport.Outcome.CANCELED && failure.isOnPurpose()) {
      log("stderr", failure.error());
    }
    if (outcome == AttemptReport.Outcome.FAILED && !failure.isOnPurpose()) {
      warn("Attempt failed; reporting it to the scheduler", failure.thrown());
    }
  }

  private void logTrace(Throwable thrown) {
    StackTrace.lines(thrown).forEach(line -> log("stderr", line));
  }

  /** The trace of an interrupt tells nothing but where a time-out has found the processor. */
  private static boolean isTraced(AttemptFailure failure, AttemptReport.Outcome outcome) {
    boolean isAnswerToStop =
        failure.isInterrupt()
            && outcome != AttemptReport.Outcome.FAILED
            && outcome != AttemptReport.Outcome.TIMED_OUT;
    return !failure.isOnPurpose() && !isAnswerToStop;
  }

  private void warn(String what, Throwable thrown) {
    String message =
        "%s: job=%s instance=%s attempt=%s".formatted(what, job(), instance(), attempt());
    try {
      LOG.log(Level.WARNING, message, thrown);
    } catch (RuntimeException | Error e) {
      // Its message or its stack trace is made by code of the application, which may fail, too.
      LOG.log(Level.WARNING, "{0} error={1}", message, thrown.getClass().getName());
    }
  }

  /**
   * Decides the outcome. An end after a stop is never a success: a program that ends cleanly on
   * TERM also has exit code 0, so only the stop can decide. If the work was actually done, running
   * it twice is safer than losing it unnoticed. Nor is it an error: a program that is killed has an
   * exit code that says nothing about why.
   */
  private synchronized AttemptOutcome end(String result, String error, boolean nonRetryable) {
    thread = null;
    hasEnded = true;
    // The interrupt was for this attempt, so the thread goes back into its pool without it.
    Thread.interrupted();
    if (cause != null) {
      return stopped(result, null);
    }
    AttemptReport.Outcome outcome =
        error == null ? AttemptReport.Outcome.SUCCEEDED : AttemptReport.Outcome.FAILED;
    return new AttemptOutcome(outcome, result, error, nonRetryable);
  }

  private AttemptOutcome stopped(String result, String error) {
    return switch (cause) {
      case CANCELED, LOST -> new AttemptOutcome(AttemptReport.Outcome.CANCELED, result, error);
      case TIMED_OUT -> new AttemptOutcome(AttemptReport.Outcome.TIMED_OUT, result, "timed out");
      case DRAINED -> AttemptOutcome.HANDED_BACK;
    };
  }

  /** Returns the outcome of an attempt for which there is no thread. */
  synchronized AttemptOutcome refused(Throwable refusal) {
    hasEnded = true;
    String error = "no thread for the attempt: " + AttemptFailure.of(refusal).error();
    warn("Failed to get a thread for an attempt; ending the attempt", refusal);
    return cause == null
        ? new AttemptOutcome(AttemptReport.Outcome.FAILED, null, error)
        : stopped(null, error);
  }

  /** Returns the outcome of an attempt that ignores its stop. */
  synchronized AttemptOutcome abandoned() {
    return stopped(null, "did not end when it was stopped");
  }

  /** Stops the attempt. A second cause has no effect, except that LOST replaces any other. */
  public void stop(StopCause why) {
    CountDownLatch ended;
    synchronized (this) {
      if (cause != null) {
        if (why == StopCause.LOST) {
          cause = why;
        }
        return;
      }
      cause = why;
      if (thread != null) {
        thread.interrupt();
      }
      if (hasEnded || onStop.isEmpty()) {
        return;
      }
      ended = new CountDownLatch(1);
      actionsEnded = ended;
    }
    try {
      stops.execute(() -> runActions(ended));
    } catch (RuntimeException | Error e) {
      ended.countDown();
      warn("Found no thread for the onStop actions; stopping the attempt without them", e);
    }
  }

  /** No action is added any more. */
  private void runActions(CountDownLatch ended) {
    try {
      onStop.forEach(this::runAction);
    } finally {
      ended.countDown();
    }
  }

  private void runAction(Runnable action) {
    try {
      action.run();
    } catch (Throwable e) {
      // The actions behind it, and the stop itself, do not depend on it.
      log("stderr", "an onStop action failed:");
      logTrace(e);
      warn("An onStop action failed; continuing to stop the attempt", e);
    }
  }

  /**
   * Waits for the actions of a stop, which use what the application closes after the last attempt.
   * An attempt whose actions do not end is abandoned, like one that ignores the stop.
   */
  private void awaitActions() {
    CountDownLatch ended;
    synchronized (this) {
      ended = actionsEnded;
    }
    boolean waiting = ended != null;
    while (waiting) {
      try {
        ended.await();
        waiting = false;
      } catch (InterruptedException e) {
        // The thread has nothing else to end.
      }
    }
  }

  @Override
  public void doNotRetry() {
    noRetry = true;
  }

  @Override
  public void onStop(Runnable action) {
    synchronized (this) {
      if (cause == null) {
        onStop.add(action);
        return;
      }
    }
    runAction(action);
  }

  @Override
  public synchronized Optional<StopCause> stopCause() {
    return Optional.ofNullable(cause);
  }

  @Override
  public Assignment assignment() {
    return assignment;
  }

  @Override
  public Map<String, String> parameters() {
    return parameters;
  }

  @Override
  public void log(String line) {
    log("stdout", line);
  }

  @Override
  public void log(String stream, String line) {
    log.add(stream, line);
  }

  @Override
  public void progress(int percent, String message) {
    progress.set(percent, message);
  }
}
