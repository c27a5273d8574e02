package dev.orrery.protocol.startup;

/**
 * The program must not start: its configuration or its environment is not valid. The message is for
 * users and names the setting and the valid values. Each of its lines is printed, without a stack
 * trace.
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
