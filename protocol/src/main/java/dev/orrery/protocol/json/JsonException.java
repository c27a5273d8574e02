package dev.orrery.protocol.json;

/**
 * Thrown when a text is not JSON, or when a value does not have the type that its reader expects.
 */
public final class JsonException extends Exception {
  private static final long serialVersionUID = 1L;

  public JsonException(String message) {
    super(message);
  }

  JsonException(String message, Throwable cause) {
    super(message, cause);
  }
}
