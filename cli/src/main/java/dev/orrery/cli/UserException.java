package dev.orrery.cli;

/** Thrown for a failure that the user can fix; only its message is printed. */
public final class UserException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int exitCode;

  private UserException(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  public UserException(String message) {
    this(ExitCode.FAILED, message);
  }

  /** The user must change the command line or the environment. */
  public static UserException usage(String message) {
    return new UserException(ExitCode.USAGE, message);
  }

  public int exitCode() {
    return exitCode;
  }
}
