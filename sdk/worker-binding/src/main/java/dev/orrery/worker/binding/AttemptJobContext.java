package dev.orrery.worker.binding;

import dev.orrery.worker.AttemptContext;
import dev.orrery.worker.annotation.JobContext;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** Adapts an SDK attempt to {@code JobContext}. */
final class AttemptJobContext implements JobContext {
  private final AttemptContext context;

  AttemptJobContext(AttemptContext context) {
    this.context = context;
  }

  @Override
  public long instance() {
    return context.instance();
  }

  @Override
  public int attempt() {
    return context.attempt();
  }

  @Override
  public String job() {
    return context.job();
  }

  @Override
  public Map<String, String> parameters() {
    return context.parameters();
  }

  @Override
  public Optional<Instant> fireTime() {
    return context.fireTime().map(Instant::parse);
  }

  @Override
  public Optional<String> traceparent() {
    return context.traceParent();
  }

  @Override
  public void log(String line) {
    context.log(line);
  }

  @Override
  public void progress(int percent, String message) {
    context.progress(percent, message);
  }

  @Override
  public boolean isStopRequested() {
    return context.isStopRequested();
  }

  @Override
  public void onStop(Runnable action) {
    context.onStop(action);
  }
}
