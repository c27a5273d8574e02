package dev.orrery.powerjob;

/**
 * The body of the response that PowerJob's server returns to discovery and to clients. The HTTP
 * status is always 200; null fields are written.
 *
 * @param data null if {@code success} is false
 * @param message null if {@code success} is true
 */
public record ResultEnvelope(boolean success, Object data, String message) {

  public static ResultEnvelope of(Object data) {
    return new ResultEnvelope(true, data, null);
  }

  public static ResultEnvelope refused(String message) {
    return new ResultEnvelope(false, null, message);
  }
}
