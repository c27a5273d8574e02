package dev.orrery.outbound;

/** No response has come; the message says why, and is for people. */
public final class OutboundException extends Exception {
  private static final long serialVersionUID = 1L;

  private final Kind kind;
  private final String publicMessage;

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
    this(kind, message, message, null);
  }

  OutboundException(Kind kind, String message, Throwable cause) {
    this(kind, message, message, cause);
  }

  /**
   * @param publicMessage for readers who may know only what the caller wrote
   */
  OutboundException(Kind kind, String message, String publicMessage, Throwable cause) {
    super(message, cause);
    this.kind = kind;
    this.publicMessage = publicMessage;
  }

  public Kind kind() {
    return kind;
  }

  /**
   * Returns the reason without addresses that were found by a look-up: for readers who must not
   * learn about the network of this program. {@link #getMessage} is for its operator.
   */
  public String publicMessage() {
    return publicMessage;
  }
}
