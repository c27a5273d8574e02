package dev.orrery.worker;

/**
 * Fails an attempt with exactly this message; any other exception is shown with its class. The
 * job's {@code retry} decides whether it runs again, unless it is a {@link NonRetryableException}.
 */
public class AttemptFailedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String result;

  public AttemptFailedException(String message) {
    this(message, null);
  }

  /**
   * @param result shown in addition to the error; may be null
   */
  public AttemptFailedException(String message, String result) {
    super(message);
    this.result = result;
  }

  public String result() {
    return result;
  }
}
