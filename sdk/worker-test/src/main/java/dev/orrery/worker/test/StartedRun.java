package dev.orrery.worker.test;

import dev.orrery.protocol.message.Assignment;
import dev.orrery.protocol.message.LogsRequest.Chunk;
import dev.orrery.protocol.message.MessageLimits;
import dev.orrery.protocol.text.BoundedText;
import dev.orrery.protocol.text.ResultText;
import dev.orrery.worker.Processor;
import dev.orrery.worker.StopCause;
import dev.orrery.worker.attempt.AttemptLog;
import dev.orrery.worker.attempt.AttemptOutcome;
import dev.orrery.worker.attempt.RunningAttempt;
import dev.orrery.worker.test.TestedRun.LogLine;
import dev.orrery.worker.test.TestedRun.Outcome;
import dev.orrery.worker.test.TestedRun.Progress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A started run of a processor, which a test can stop and await. */
public final class StartedRun {
  private static final int CHUNK = 128 * 1024;
  private static final long PAUSE_MILLIS = 5;

  private final Assignment assignment;
  private final Processor processor;
  private final Duration longest;
  private final AttemptLog log;
  private final RunningAttempt attempt;
  private final Thread thread;
  private final List<Progress> progress = new CopyOnWriteArrayList<>();
  private final List<LogLine> lines = new ArrayList<>();
  private final CompletableFuture<TestedRun> ended = new CompletableFuture<>();
  private volatile @Nullable Throwable failure;

  private StartedRun(Assignment assignment, Processor processor, Duration longest) {
    this.assignment = assignment;
    this.processor = processor;
    this.longest = longest;
    this.log = new AttemptLog(assignment.ref());
    this.attempt =
        new RunningAttempt(
            assignment, log, actions -> daemon(actions, "orrery-stop-" + assignment.ref()).start());
    this.thread = daemon(this::run, "orrery-attempt-" + assignment.ref());
  }

  private static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  static StartedRun of(
      Assignment assignment, Processor processor, Optional<Duration> timeout, Duration longest) {
    StartedRun run = new StartedRun(assignment, processor, longest);
    run.thread.start();
    timeout.ifPresent(run::stopAfter);
    return run;
  }

  private void stopAfter(Duration timeout) {
    CompletableFuture.delayedExecutor(timeout.toMillis(), TimeUnit.MILLISECONDS)
        .execute(() -> stop(StopCause.TIMED_OUT));
  }

  private void run() {
    AttemptOutcome outcome =
        attempt.run(
            unused -> {
              try {
                return processor.process(new RecordingContext(attempt, progress));
              } catch (Throwable e) {
                failure = e;
                throw e;
              }
            });
    log.end();
    ended.complete(tested(outcome));
  }

  private TestedRun tested(AttemptOutcome outcome) {
    return new TestedRun(
        Outcome.valueOf(outcome.outcome().name()),
        Optional.ofNullable(ResultText.bounded(BoundedText.replaceUnstorable(outcome.result()))),
        Optional.ofNullable(
            BoundedText.truncateUtf8(
                BoundedText.replaceUnstorable(outcome.error()), MessageLimits.MAX_ERROR_BYTES)),
        outcome.nonRetryable(),
        Optional.ofNullable(failure),
        lines(),
        progress);
  }

  /** The lines so far. Of a long log, the last ones follow at its end. */
  private List<LogLine> lines() {
    synchronized (lines) {
      for (Optional<Chunk> next = log.next(CHUNK); next.isPresent(); next = log.next(CHUNK)) {
        Chunk chunk = next.get();
        chunk.lines().forEach(line -> lines.add(new LogLine(line.stream(), line.text())));
        log.accepted(chunk.sequence() + chunk.lines().size() - 1);
      }
      return List.copyOf(lines);
    }
  }

  /** Stops the attempt as the worker would. A run that has ended stays as it is. */
  public StartedRun stop(StopCause cause) {
    attempt.stop(cause);
    return this;
  }

  /**
   * Waits until a line of the log contains this text.
   *
   * @throws AssertionError if the run ends without it, or it takes too long
   */
  public StartedRun awaitLine(String text) {
    long deadline = System.nanoTime() + longest.toNanos();
    while (true) {
      boolean last = ended.isDone();
      List<LogLine> log = lines();
      if (log.stream().anyMatch(line -> line.text().contains(text))) {
        return this;
      }
      if (last || System.nanoTime() - deadline > 0) {
        throw new AssertionError(
            "The log has no line with '" + text + "'; the lines of the run so far: " + log);
      }
      pause();
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /**
   * Waits for the end.
   *
   * @throws AssertionError if it takes too long, with the stack of the processor
   */
  public TestedRun await() {
    try {
      return ended.get(longest.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      AssertionError error =
          new AssertionError(
              "The run of job "
                  + assignment.job()
                  + " has not ended after "
                  + longest
                  + "; the stack of its thread: "
                  + Arrays.toString(thread.getStackTrace()));
      attempt.stop(StopCause.CANCELED);
      throw error;
    } catch (InterruptedException e) {
      throw interrupted(e);
    } catch (ExecutionException e) {
      throw new AssertionError("The run could not be read", e.getCause());
    }
  }

  private static AssertionError interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new AssertionError("The test was interrupted while it waited for a run", e);
  }
}
