package dev.orrery.worker.binding;

import dev.orrery.protocol.ProcessorSpec;
import dev.orrery.worker.AttemptContext;
import dev.orrery.worker.StopCause;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An attempt with given parameters that remembers what its job reported. */
record FakeAttempt(Map<String, String> parameters, List<String> log, List<Integer> percents)
    implements AttemptContext {
  static final String FIRE_TIME = "2026-11-26T02:30:00Z";

  FakeAttempt(Map<String, String> parameters) {
    this(parameters, new ArrayList<>(), new ArrayList<>());
  }

  @Override
  public long instance() {
    return 7;
  }

  @Override
  public int attempt() {
    return 2;
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
    return Optional.of(FIRE_TIME);
  }

  @Override
  public void log(String line) {
    log.add(line);
  }

  @Override
  public void log(String stream, String line) {
    log.add(line);
  }

  @Override
  public void progress(int percent, String message) {
    percents.add(percent);
  }

  @Override
  public Optional<StopCause> stopCause() {
    return Optional.empty();
  }

  @Override
  public void onStop(Runnable action) {}
}
