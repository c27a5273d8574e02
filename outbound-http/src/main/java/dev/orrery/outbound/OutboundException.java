package dev.orrery.outbound;

/** No response has come; the message says why, and is for people. */
public final class OutboundException extends Exception {
  private static final long serialVersionUID = 1L;

  private final Kind kind;

  /** The cause of a missing response. */
  public enum Kind {
    /** The request, or what a redirect makes of it, is not one that can be sent. */
    BAD_REQUEST,
    /** The host has no address that may be dialled. */
    REFUSED_ADDRESS,
    /** The host's name has no address, or could not be looked up. */
    UNKNOWN_HOST,
    /** No connection, or it broke; the request may have arrived. */
    CONNECTION,
    /** The time for the whole request is over; the request may have arrived. */
    TIMED_OUT,
    /** A redirect too many. */
    TOO_MANY_REDIRECTS
  }

  OutboundException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  OutboundException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
