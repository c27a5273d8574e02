package dev.orrery.protocol.startup;

/**
 * Reports that the program must not start, because its configuration or its environment is invalid.
 * The message is for users, and names the setting and the valid values. Each of its lines is
 * printed, without a stack trace.
 */
public final class StartupException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public StartupException(String message) {
    super(message);
  }

  public StartupException(String message, Throwable cause) {
    super(message, cause);
  }
}
