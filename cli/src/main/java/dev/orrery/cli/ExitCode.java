package dev.orrery.cli;

/** The exit codes of the program. Scripts can rely on them. */
public final class ExitCode {
  public static final int OK = 0;

  /** The run failed, or the scheduler refused the call. */
  public static final int FAILED = 1;

  /** The command line or the environment is invalid. */
  public static final int USAGE = 2;

  /** No scheduler responded. */
  public static final int UNREACHABLE = 3;

  /** The reader of the output has gone: 128 and SIGPIPE, as other programs end then. */
  public static final int READER_GONE = 141;

  private ExitCode() {}
}
