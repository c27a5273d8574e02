package dev.orrery.worker.annotation;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A job's view of its run: its data, log, progress and cancellation. Thread-safe.
 *
 * <p>Not for implementation by applications: later releases add methods. In a test, {@code
 * OrreryJobTester} of {@code orrery-worker-test} makes one.
 */
public interface JobContext {

  /** The id of the run in the API; the same in each of its attempts. */
  long instance();

  /** The number of the attempt, from 1. */
  int attempt();

  /** The name of the job. */
  String job();

  /** The parameters of the job, overlaid with those of the run. */
  Map<String, String> parameters();

  /** The planned time, the same in every attempt; empty for runs through the API. */
  Optional<Instant> fireTime();

  /**
   * The trace of the call that submitted the run, as {@code traceparent} of W3C Trace Context;
   * empty if that was in none.
   */
  default Optional<String> traceparent() {
    return Optional.empty();
  }

  /**
   * Adds a line to the log of the run.
   *
   * @param line cut to 16 KiB; null is written as {@code null}
   */
  void log(@Nullable String line);

  /**
   * Reports the progress of the run. May be called at any rate.
   *
   * @param percent clamped to 0 to 100
   * @param message a description, cut to 200 characters; may be null
   */
  void progress(int percent, @Nullable String message);

  /**
   * Returns true if the run must stop: it was canceled, timed out or lost, or the worker stops. The
   * thread is interrupted, too; long loops that do not block should ask.
   */
  boolean isStopRequested();

  /**
   * Registers an action that runs, in addition to the interrupt, when the run must stop: on another
   * thread, after those registered before. If it must stop already, the action runs at once, on
   * this thread. What it throws is logged and stops nothing. A run ends after its actions.
   */
  void onStop(Runnable action);
}
