package dev.orrery.cli;

/** A failure that the user can mend: its message, and nothing else, is printed. */
public final class UserError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int exitCode;

  private UserError(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  public UserError(String message) {
    this(ExitCode.FAILED, message);
  }

  /** The command line or the environment has to be changed. */
  public static UserError usage(String message) {
    return new UserError(ExitCode.USAGE, message);
  }

  int exitCode() {
    return exitCode;
  }
}
