package dev.orrery.worker;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A processor's view of its attempt: its data, its log and its cancellation. Thread-safe.
 *
 * <p>Not for implementation by applications: later releases add methods. In a test, {@code
 * ProcessorTester} of {@code orrery-worker-test} makes one.
 */
public interface AttemptContext {

  /** The id of the instance in the API, 63 bits. */
  long instance();

  /** The number of the attempt, from 1; each start of the instance has a new number. */
  int attempt();

  String job();

  /** The version of the job, from 1; each edit adds 1. */
  int jobVersion();

  /** The processor that runs it, as in {@link OrreryWorker#processors}: {@code java:hello}. */
  String processor();

  /** The parameters of the job, overlaid with those of the instance. */
  Map<String, String> parameters();

  /**
   * The fire time of the trigger, RFC 3339 in UTC; the same for every attempt. Empty for instances
   * that were submitted through the API.
   */
  Optional<String> fireTime();

  /**
   * The {@code traceparent} of W3C Trace Context of the call that submitted the run; empty if that
   * was in no trace.
   */
  default Optional<String> traceParent() {
    return Optional.empty();
  }

  /**
   * Adds a line to the attempt's log. A log above 1 MiB keeps its first 768 and last 256 KiB, with
   * a line in between that counts the omitted lines.
   *
   * @param line cut to 16 KiB; null is written as {@code null}
   */
  void log(@Nullable String line);

  /**
   * Adds a line to a named stream of the attempt's log.
   *
   * @param stream {@code stdout} or {@code stderr}
   * @param line cut to 16 KiB; null is written as {@code null}
   */
  void log(String stream, @Nullable String line);

  /**
   * Reports the progress of the attempt. May be called at any rate: the scheduler receives the
   * newest value within about two seconds.
   *
   * @param percent clamped to 0 to 100
   * @param message a description, cut to 200 characters; may be null
   */
  void progress(int percent, @Nullable String message);

  /** The reason why the attempt must stop; empty while it may continue. */
  Optional<StopCause> stopCause();

  /** Returns true if the attempt must stop; long loops that do not block should check it. */
  default boolean isStopRequested() {
    return stopCause().isPresent();
  }

  /** Says that a retry would fail, too: if this attempt fails, its instance gets none. */
  void doNotRetry();

  /**
   * Registers an action that runs, in addition to the interrupt, when the attempt must stop: on
   * another thread, after those registered before. If the attempt must stop already, the action
   * runs at once, on this thread. What it throws is logged and stops nothing. An attempt ends after
   * its actions, so one that blocks for too long is abandoned with it.
   */
  void onStop(Runnable action);
}
