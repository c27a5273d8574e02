package dev.orrery.worker.quarkus.deployment;

import dev.orrery.protocol.ProcessorSpec;
import dev.orrery.worker.AttemptContext;
import dev.orrery.worker.StopCause;
import java.util.Map;
import java.util.Optional;

/** An attempt with given parameters. */
record FakeAttempt(Map<String, String> parameters) implements AttemptContext {

  @Override
  public long instance() {
    return 7;
  }

  @Override
  public int attempt() {
    return 1;
  }

  @Override
  public String job() {
    return "nightly";
  }

  @Override
  public int jobVersion() {
    return 1;
  }

  @Override
  public ProcessorSpec processor() {
    return new ProcessorSpec.Java("nightly");
  }

  @Override
  public Optional<String> fireTime() {
    return Optional.empty();
  }

  @Override
  public void log(String line) {}

  @Override
  public void log(String stream, String line) {}

  @Override
  public void progress(int percent, String message) {}

  @Override
  public Optional<StopCause> stopCause() {
    return Optional.empty();
  }

  @Override
  public void onStop(Runnable action) {}
}
