package dev.orrery.worker;

/**
 * Fails an attempt and ends its instance, also if the job's {@code retry} would allow another
 * attempt: the input is invalid, a file does not exist, an account is closed.
 */
public final class NonRetryableException extends AttemptFailedException {
  private static final long serialVersionUID = 1L;

  public NonRetryableException(String message) {
    super(message);
  }

  /**
   * @param result shown in addition to the error; may be null
   */
  public NonRetryableException(String message, String result) {
    super(message, result);
  }

  /**
   * @param cause its stack trace is in the log of the run and of the application; the error shows
   *     only the message
   */
  public NonRetryableException(String message, Throwable cause) {
    super(message, cause);
  }
}
