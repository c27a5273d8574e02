package dev.orrery.worker.capture;

import dev.orrery.protocol.ProcessorSpec;
import dev.orrery.protocol.message.Assignment;
import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.protocol.message.LogsRequest.Chunk;
import dev.orrery.protocol.message.LogsRequest.Line;
import dev.orrery.worker.Processor;
import dev.orrery.worker.attempt.AttemptLog;
import dev.orrery.worker.attempt.AttemptOutcome;
import dev.orrery.worker.attempt.RunningAttempt;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Runs attempts, and keeps the lines of their logs as {@code STREAM: TEXT}. */
public final class RunLines {
  private final List<String> lines = new ArrayList<>();
  private AttemptOutcome outcome;

  private RunLines() {}

  public static RunLines of(long instance, Processor processor) {
    AttemptRef ref = new AttemptRef(instance, 1);
    Assignment assignment =
        new Assignment(instance, 1, "job", 1, new ProcessorSpec.Java("test"), Map.of(), null, null);
    AttemptLog log = new AttemptLog(ref);
    RunLines run = new RunLines();
    run.outcome = new RunningAttempt(assignment, log, Runnable::run).run(processor);
    log.end();
    for (Optional<Chunk> next = log.next(100_000); next.isPresent(); next = log.next(100_000)) {
      Chunk chunk = next.get();
      for (Line line : chunk.lines()) {
        run.lines.add(line.stream() + ": " + line.text());
      }
      log.accepted(chunk.sequence() + chunk.lines().size() - 1);
    }
    return run;
  }

  public List<String> lines() {
    return lines;
  }

  public AttemptOutcome outcome() {
    return outcome;
  }
}
