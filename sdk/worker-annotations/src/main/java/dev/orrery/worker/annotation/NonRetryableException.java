package dev.orrery.worker.annotation;

import org.jspecify.annotations.Nullable;

/**
 * Thrown by a job to fail its run for good, even if the {@code retry} of the job would allow
 * another attempt: the input is invalid, a file does not exist, an account is closed. Whatever is
 * around it, such as the exception of a future or an aspect, the run gets no retry; if nothing
 * around it has a message of its own, the error of the run is exactly this message.
 */
public class NonRetryableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final @Nullable String result;

  public NonRetryableException(String message) {
    this(message, (@Nullable String) null);
  }

  /**
   * @param result shown in addition to the error; may be null
   */
  public NonRetryableException(String message, @Nullable String result) {
    super(message);
    this.result = result;
  }

  /**
   * @param cause its stack trace is in the log of the run and of the application; the error shows
   *     only the message
   */
  public NonRetryableException(String message, Throwable cause) {
    super(message, cause);
    this.result = null;
  }

  /** What is shown in addition to the error; null if there is nothing. */
  public @Nullable String result() {
    return result;
  }
}
