package dev.orrery.cli.client;

/** The scheduler refused a call, or the call did not reach it. */
public final class ApiException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The code if no scheduler answered. */
  public static final String UNREACHABLE = "UNREACHABLE";

  private final String code;

  public ApiException(String code, String message) {
    super(message);
    this.code = code;
  }

  /** Returns the error code of the API, or {@link #UNREACHABLE}. */
  public String code() {
    return code;
  }

  /** Returns whether a retry may succeed, because the scheduler restarts or is overloaded. */
  public boolean isTransient() {
    return code.equals(UNREACHABLE) || code.equals("UNAVAILABLE") || code.equals("OVERLOADED");
  }
}
