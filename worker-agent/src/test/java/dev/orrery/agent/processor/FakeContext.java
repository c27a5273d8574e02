package dev.orrery.agent.processor;

import dev.orrery.protocol.ProcessorSpec;
import dev.orrery.protocol.message.Assignment;
import dev.orrery.protocol.text.TraceParent;
import dev.orrery.worker.StopCause;
import dev.orrery.worker.attempt.AssignedAttempt;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** An attempt that the test creates and stops. */
public final class FakeContext implements AssignedAttempt {
  private final ProcessorSpec processor;
  private final Map<String, String> parameters = new LinkedHashMap<>();
  private final List<Line> lines = new CopyOnWriteArrayList<>();
  private final List<String> progress = new CopyOnWriteArrayList<>();
  private final List<Runnable> onStop = new ArrayList<>();
  private String fireTime;
  private StopCause cause;

  private record Line(String stream, String text) {}

  public FakeContext(ProcessorSpec processor) {
    this.processor = processor;
  }

  public static FakeContext command(String... command) {
    return new FakeContext(new ProcessorSpec.Shell(List.of(command), null));
  }

  public static FakeContext script(String script) {
    return new FakeContext(new ProcessorSpec.Shell(null, script));
  }

  public FakeContext parameter(String name, String value) {
    parameters.put(name, value);
    return this;
  }

  public FakeContext fireTime(String time) {
    fireTime = time;
    return this;
  }

  public FakeContext trace(String traceparent) {
    return parameter(TraceParent.PARAMETER, traceparent);
  }

  public void stop(StopCause why) {
    List<Runnable> actions;
    synchronized (this) {
      cause = why;
      actions = List.copyOf(onStop);
    }
    actions.forEach(Runnable::run);
  }

  public String lastText() {
    return lines.get(lines.size() - 1).text();
  }

  public List<String> texts(String stream) {
    return lines.stream().filter(line -> line.stream().equals(stream)).map(Line::text).toList();
  }

  @Override
  public Assignment assignment() {
    return new Assignment(
        249518030950563840L, 3, "nightly", 7, processor, parameters, fireTime, null);
  }

  @Override
  public void log(String line) {
    log("stdout", line);
  }

  @Override
  public void log(String stream, String line) {
    lines.add(new Line(stream, line));
  }

  @Override
  public void progress(int percent, String line) {
    progress.add(percent + " " + line);
  }

  public List<String> progress() {
    return progress;
  }

  @Override
  public synchronized Optional<StopCause> stopCause() {
    return Optional.ofNullable(cause);
  }

  @Override
  public void doNotRetry() {
    throw new UnsupportedOperationException("The processors of the agent throw instead");
  }

  @Override
  public void onStop(Runnable action) {
    synchronized (this) {
      if (cause == null) {
        onStop.add(action);
        return;
      }
    }
    action.run();
  }
}
