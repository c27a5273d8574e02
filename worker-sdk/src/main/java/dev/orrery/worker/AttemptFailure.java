package dev.orrery.worker;

/** Fails an attempt with exactly this message; what else is thrown is shown with its class. */
public final class AttemptFailure extends Exception {
  private static final long serialVersionUID = 1L;

  private final String result;

  public AttemptFailure(String message) {
    this(message, null);
  }

  /**
   * @param result shown beside the error; may be null
   */
  public AttemptFailure(String message, String result) {
    super(message);
    this.result = result;
  }

  public String result() {
    return result;
  }
}
