package dev.orrery.transport.akka.guard;

/** A connection sends what none of our peers would; the message is for the log. */
final class UnsoundException extends Exception {
  private static final long serialVersionUID = 1L;

  UnsoundException(String message) {
    super(message, null, false, false);
  }
}
