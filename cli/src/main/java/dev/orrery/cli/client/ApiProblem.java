package dev.orrery.cli.client;

/** What the scheduler refused, or that it could not be asked. */
public final class ApiProblem extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String code;

  public ApiProblem(String code, String message) {
    super(message);
    this.code = code;
  }

  /** As in the contract; {@code UNREACHABLE} where nothing answered. */
  public String code() {
    return code;
  }
}
