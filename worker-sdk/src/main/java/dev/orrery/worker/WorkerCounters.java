package dev.orrery.worker;

/** Totals of one worker since its start. May be read from any thread. */
public interface WorkerCounters {

  /** Attempts that were started. */
  long started();

  /** Reports that the scheduler has accepted. */
  long reported();

  /** Reports that were rejected as stale: the attempt was no longer this worker's. */
  long stale();

  /** Attempts that were stopped because they were no longer this worker's. */
  long lost();

  /** Polls that failed while their session was in use. */
  long pollFailures();

  /** Handshakes that opened a session. */
  long sessions();
}
