package dev.orrery.worker.attempt;

import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.protocol.message.ProgressUpdate;

/**
 * The latest progress of one attempt. The attempt's threads write it, the worker's thread reads it;
 * older values are dropped.
 */
public final class AttemptProgress {
  private final AttemptRef attempt;
  private ProgressUpdate newest;
  private boolean told = true;
  private Runnable whenChanged = () -> {};

  AttemptProgress(AttemptRef attempt) {
    this.attempt = attempt;
  }

  /** Tells of a change once, and again only when that has been {@link #take taken}. */
  void set(int percent, String message) {
    ProgressUpdate next =
        new ProgressUpdate(
            attempt.instance(),
            attempt.attempt(),
            ProgressUpdate.bounded(percent),
            ProgressUpdate.cleanMessage(message));
    Runnable tell;
    synchronized (this) {
      if (next.equals(newest)) {
        return;
      }
      newest = next;
      if (!told) {
        return;
      }
      told = false;
      tell = whenChanged;
    }
    tell.run();
  }

  /** Runs the action on the thread that reports the progress. */
  synchronized void whenChanged(Runnable action) {
    whenChanged = action;
  }

  /** The newest, to be sent now. */
  public synchronized ProgressUpdate take() {
    told = true;
    return newest;
  }
}
