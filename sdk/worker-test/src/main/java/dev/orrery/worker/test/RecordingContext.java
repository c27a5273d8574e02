package dev.orrery.worker.test;

import dev.orrery.protocol.message.Assignment;
import dev.orrery.protocol.message.ProgressUpdate;
import dev.orrery.worker.StopCause;
import dev.orrery.worker.attempt.AssignedAttempt;
import dev.orrery.worker.test.TestedRun.Progress;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Passes calls on to the context of an attempt, and records the progress that the processor
 * reports.
 */
final class RecordingContext implements AssignedAttempt {
  private final AssignedAttempt attempt;
  private final List<Progress> progress;

  /**
   * @param progress receives each report of progress
   */
  RecordingContext(AssignedAttempt attempt, List<Progress> progress) {
    this.attempt = attempt;
    this.progress = progress;
  }

  @Override
  public void log(@Nullable String line) {
    attempt.log(line);
  }

  @Override
  public void log(String stream, @Nullable String line) {
    attempt.log(stream, line);
  }

  @Override
  public void progress(int percent, @Nullable String message) {
    attempt.progress(percent, message);
    progress.add(
        new Progress(ProgressUpdate.bounded(percent), ProgressUpdate.cleanMessage(message)));
  }

  @Override
  public Assignment assignment() {
    return attempt.assignment();
  }

  @Override
  public Optional<StopCause> stopCause() {
    return attempt.stopCause();
  }

  @Override
  public void doNotRetry() {
    attempt.doNotRetry();
  }

  @Override
  public void onStop(Runnable action) {
    attempt.onStop(action);
  }
}
