package dev.orrery.protocol.transport;

import java.util.Optional;

/**
 * Thrown when no response arrived; whether the request arrived is unknown. The message is for
 * users.
 */
public final class TransportException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String settingToChange;

  public TransportException(String message) {
    this(message, (Throwable) null);
  }

  public TransportException(String message, Throwable cause) {
    this(message, null, cause);
  }

  /**
   * @param settingToChange the settings that may be wrong, with their side; null if unknown
   */
  public TransportException(String message, String settingToChange, Throwable cause) {
    super(message, cause);
    this.settingToChange = settingToChange;
  }

  public Optional<String> settingToChange() {
    return Optional.ofNullable(settingToChange);
  }
}
