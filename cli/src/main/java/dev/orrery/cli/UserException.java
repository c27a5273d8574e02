package dev.orrery.cli;

/** A failure that the user can mend: its message, and nothing else, is printed. */
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

  /** The command line or the environment has to be changed. */
  public static UserException usage(String message) {
    return new UserException(ExitCode.USAGE, message);
  }

  public int exitCode() {
    return exitCode;
  }
}
