package dev.orrery.cli.client;

/** A call that the scheduler refused, or that did not reach it. */
public final class ApiProblem extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Nothing that is a scheduler answered. */
  public static final String UNREACHABLE = "UNREACHABLE";

  private final String code;

  public ApiProblem(String code, String message) {
    super(message);
    this.code = code;
  }

  /** As in the contract; {@link #UNREACHABLE} where nothing answered. */
  public String code() {
    return code;
  }

  /** Whether the same call may succeed in a moment: the scheduler restarts, or is overloaded. */
  public boolean mayPass() {
    return code.equals(UNREACHABLE) || code.equals("UNAVAILABLE") || code.equals("OVERLOADED");
  }
}
