package dev.orrery.transport.akka.proxy;

/** Thrown when a connection sent bytes that our peers never send. The message is for the log. */
public final class FrameRejectedException extends Exception {
  private static final long serialVersionUID = 1L;

  FrameRejectedException(String message) {
    super(message, null, false, false);
  }
}
