package dev.orrery.worker;

import dev.orrery.protocol.ProcessorSpec;
import java.util.Map;
import java.util.Optional;

/**
 * The view that a processor has of its attempt: its data, its log and its cancellation. Safe for
 * use by several threads.
 */
public interface AttemptContext {

  /** 63 bits; the id under which the API shows the instance. */
  long instance();

  /** From 1; a new one for every start of the instance. */
  int attempt();

  String job();

  /** Counts the edits of the job, from 1. */
  int jobVersion();

  /** As it stands in the job document. */
  ProcessorSpec processor();

  /** The job's, overlaid with those of the run. */
  Map<String, String> parameters();

  /**
   * The time that the trigger named, RFC 3339 in UTC: a label, the same on every attempt. Empty for
   * runs through the API.
   */
  Optional<String> fireTime();

  /** Adds a line to the attempt's log; beyond 1 MiB the log ends with a line that says so. */
  void log(String line);

  /**
   * The same for a named stream.
   *
   * @param stream {@code stdout} or {@code stderr}
   */
  void log(String stream, String line);

  /**
   * Says how far the attempt has come. May be called as often as one likes: the scheduler hears of
   * the newest within about two seconds.
   *
   * @param percent 0 to 100; what is beyond is taken for the nearest of these
   * @param message what is being done, cut to 200 characters; may be null
   */
  void progress(int percent, String message);

  /** Why the attempt is to stop; empty as long as it may go on. */
  Optional<StopCause> stopCause();

  /** Whether the attempt is to stop; long loops that do not block ask for it. */
  default boolean isStopRequested() {
    return stopCause().isPresent();
  }

  /**
   * Registers an action for when the attempt is to stop, beside the interrupt; runs at once if that
   * is so already. It must not block.
   */
  void onStop(Runnable action);
}
