package dev.orrery.worker.test;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of an attempt in a test, as the scheduler would receive it.
 *
 * @param result what the processor returned, cut to 16 KiB; empty if it returned null
 * @param error why it failed, cut to 4 KiB, as {@code ./orrery get} shows it
 * @param nonRetryable true if it failed and its instance gets no retry
 * @param failure what the processor threw
 * @param log all lines, in order, within the bounds of a worker
 * @param progress each report of progress, in order; a worker sends the newest one every two
 *     seconds
 */
public record TestedRun(
    Outcome outcome,
    Optional<String> result,
    Optional<String> error,
    boolean nonRetryable,
    Optional<Throwable> failure,
    List<LogLine> log,
    List<Progress> progress) {

  public TestedRun {
    log = List.copyOf(log);
    progress = List.copyOf(progress);
  }

  /** The end of an attempt. */
  public enum Outcome {
    SUCCEEDED,
    FAILED,
    /** It was stopped by a cancel, or its worker lost it. */
    CANCELED,
    TIMED_OUT,
    /** It was stopped because its worker drains; it runs again elsewhere. */
    HANDED_BACK
  }

  /**
   * A line of the log.
   *
   * @param stream {@code stdout}, {@code stderr} or {@code orrery}
   */
  public record LogLine(String stream, String text) {}

  /**
   * A report of progress.
   *
   * @param percent from 0 to 100
   * @param message null if there is none
   */
  public record Progress(int percent, @Nullable String message) {}

  public boolean succeeded() {
    return outcome == Outcome.SUCCEEDED;
  }

  /** The texts of all lines. */
  public List<String> lines() {
    return log.stream().map(LogLine::text).toList();
  }

  /**
   * The texts of the lines of one stream.
   *
   * @param stream such as {@code stderr}
   */
  public List<String> lines(String stream) {
    return log.stream().filter(line -> line.stream().equals(stream)).map(LogLine::text).toList();
  }
}
