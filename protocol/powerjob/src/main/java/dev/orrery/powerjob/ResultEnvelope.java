package dev.orrery.powerjob;

/**
 * The answer of PowerJob's server to discovery and to clients. The status is 200 in any case; nulls
 * are written.
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
