package dev.orrery.protocol.startup;

/**
 * The service must not start: its configuration or its surroundings are not right. The message is
 * for people, names the setting and says what to set; each of its lines is printed, without a stack
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
