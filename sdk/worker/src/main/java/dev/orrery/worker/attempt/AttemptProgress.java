package dev.orrery.worker.attempt;

import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.protocol.message.ProgressUpdate;

/**
 * The latest progress of an attempt. The attempt's threads write it, the event loop reads it; older
 * values are dropped.
 */
public final class AttemptProgress {
  private final AttemptRef attempt;
  private ProgressUpdate newest;
  private boolean reported = true;
  private Runnable onChange = () -> {};

  AttemptProgress(AttemptRef attempt) {
    this.attempt = attempt;
  }

  /** Sets the progress. Notifies the listener of the first change after {@link #take}. */
  void set(int percent, String message) {
    ProgressUpdate next =
        new ProgressUpdate(
            attempt.instance(),
            attempt.attempt(),
            ProgressUpdate.bounded(percent),
            ProgressUpdate.cleanMessage(message));
    Runnable report;
    synchronized (this) {
      if (next.equals(newest)) {
        return;
      }
      newest = next;
      if (!reported) {
        return;
      }
      reported = false;
      report = onChange;
    }
    report.run();
  }

  /** Runs the action on a change, on the thread that sets the progress. */
  synchronized void onChange(Runnable action) {
    onChange = action;
  }

  /** Returns the newest value for sending. */
  public synchronized ProgressUpdate take() {
    reported = true;
    return newest;
  }
}
