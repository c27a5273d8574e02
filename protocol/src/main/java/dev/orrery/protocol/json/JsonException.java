package dev.orrery.protocol.json;

/** A text is not JSON, or a value has another type than its reader expects. */
public final class JsonException extends Exception {
  private static final long serialVersionUID = 1L;

  public JsonException(String message) {
    super(message);
  }

  JsonException(String message, Throwable cause) {
    super(message, cause);
  }
}
