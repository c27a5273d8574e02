package dev.orrery.transport.akka.proxy;

/** A connection sends bytes that none of our peers would send; the message is for the log. */
final class FrameRejectedException extends Exception {
  private static final long serialVersionUID = 1L;

  FrameRejectedException(String message) {
    super(message, null, false, false);
  }
}
