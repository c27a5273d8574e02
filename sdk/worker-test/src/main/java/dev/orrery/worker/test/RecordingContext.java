package dev.orrery.worker.test;

import dev.orrery.protocol.ProcessorSpec;
import dev.orrery.protocol.message.ProgressUpdate;
import dev.orrery.protocol.text.TraceParent;
import dev.orrery.worker.AttemptContext;
import dev.orrery.worker.StopCause;
import dev.orrery.worker.test.TestedRun.Progress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The context of an attempt, which also keeps its progress. */
final class RecordingContext implements AttemptContext {
  private final AttemptContext attempt;
  private final List<Progress> progress;

  /**
   * @param progress receives each report of progress
   */
  RecordingContext(AttemptContext attempt, List<Progress> progress) {
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
  public long instance() {
    return attempt.instance();
  }

  @Override
  public int attempt() {
    return attempt.attempt();
  }

  @Override
  public String job() {
    return attempt.job();
  }

  @Override
  public int jobVersion() {
    return attempt.jobVersion();
  }

  @Override
  public ProcessorSpec processor() {
    return attempt.processor();
  }

  @Override
  public Map<String, String> parameters() {
    return attempt.parameters();
  }

  @Override
  public Optional<String> fireTime() {
    return attempt.fireTime();
  }

  @Override
  public Optional<TraceParent> traceParent() {
    return attempt.traceParent();
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
