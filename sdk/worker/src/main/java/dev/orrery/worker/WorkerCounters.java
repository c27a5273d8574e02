package dev.orrery.worker;

/**
 * Counts the events of a worker since its start, such as started attempts. Thread-safe.
 *
 * <p>Not for implementation by applications: later releases add methods.
 */
public interface WorkerCounters {

  /** Attempts that were started. */
  long started();

  /** Reports that the scheduler has accepted. */
  long reported();

  /** Reports that were rejected as stale, because the attempt no longer belonged to this worker. */
  long stale();

  /** Attempts that were stopped because they no longer belonged to this worker. */
  long lost();

  /** Failed polls of live sessions. */
  long pollFailures();

  /** Handshakes that opened a session. */
  long sessions();
}
