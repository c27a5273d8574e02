package dev.orrery.worker;

import org.jspecify.annotations.Nullable;

/**
 * Thrown by a processor to fail an attempt with exactly this message; any other exception is shown
 * with its class and its root cause. Its stack trace is in the log of the run only if it has a
 * cause. The job's {@code retry} decides whether it runs again, unless a {@link
 * dev.orrery.worker.annotation.NonRetryableException} has caused it.
 */
public class AttemptFailedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final @Nullable String result;

  public AttemptFailedException(String message) {
    this(message, (@Nullable String) null);
  }

  /**
   * @param result shown in addition to the error; may be null
   */
  public AttemptFailedException(String message, @Nullable String result) {
    super(message);
    this.result = result;
  }

  /**
   * @param cause its stack trace is in the log of the run and of the application; the error shows
   *     only the message
   */
  public AttemptFailedException(String message, Throwable cause) {
    super(message, cause);
    this.result = null;
  }

  /** What is shown in addition to the error; null if there is nothing. */
  public @Nullable String result() {
    return result;
  }
}
