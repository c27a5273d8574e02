package dev.orrery.outbound;

/**
 * Thrown when a request gets no response. The message gives the reason, for operators; {@link
 * #publicMessage} is for other readers.
 */
public final class OutboundException extends Exception {
  private static final long serialVersionUID = 1L;

  private final Kind kind;
  private final String publicMessage;

  /** The cause of a missing response. */
  public enum Kind {
    /** The request, or a redirect of it, cannot be sent. */
    BAD_REQUEST,
    /** The host has no allowed address. */
    REFUSED_ADDRESS,
    /** The host name has no address, or its lookup failed. */
    UNKNOWN_HOST,
    /** The connection failed or broke; the request may have arrived. */
    CONNECTION,
    /** The whole request timed out; it may have arrived. */
    TIMED_OUT,
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
  public OutboundException(Kind kind, String message, String publicMessage, Throwable cause) {
    super(message, cause);
    this.kind = kind;
    this.publicMessage = publicMessage;
  }

  public Kind kind() {
    return kind;
  }

  /**
   * Returns the reason without resolved addresses, for readers who must not learn about this
   * program's network. {@link #getMessage} is for its operator.
   */
  public String publicMessage() {
    return publicMessage;
  }
}
