package dev.orrery.worker.annotation;

/**
 * Fails a run for good, also if the {@code retry} of its job would allow another attempt: the input
 * is invalid, a file does not exist, an account is closed. Whatever is around it, such as the
 * exception of a future or an aspect, the run gets no retry; if nothing around it has a message of
 * its own, the error of the run is exactly this message.
 */
public class NonRetryableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String result;

  public NonRetryableException(String message) {
    this(message, (String) null);
  }

  /**
   * @param result shown in addition to the error; may be null
   */
  public NonRetryableException(String message, String result) {
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

  public String result() {
    return result;
  }
}
