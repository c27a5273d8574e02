package dev.orrery.scheduler.powerjob.openapi;

/**
 * Thrown to refuse a call of PowerJob's client. The answer has the status 200 and a message that
 * begins with the name of an exception, like the messages of PowerJob's server.
 */
final class RefusedCallException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private RefusedCallException(String message) {
    super(message, null, false, false);
  }

  /** The call names something that does not exist, or that cannot be done to it. */
  static RefusedCallException illegal(String reason) {
    return new RefusedCallException("IllegalArgumentException: " + reason);
  }

  /** Any other reason. */
  static RefusedCallException because(String reason) {
    return new RefusedCallException("PowerJobException: " + reason);
  }
}
