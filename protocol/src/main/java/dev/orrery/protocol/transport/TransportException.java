package dev.orrery.protocol.transport;

import java.util.Optional;

/** Nothing has answered; whether the verb has arrived is not known. The message is for people. */
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
   * @param settingToChange which settings, on which side, may be wrong; null: nobody knows
   */
  public TransportException(String message, String settingToChange, Throwable cause) {
    super(message, cause);
    this.settingToChange = settingToChange;
  }

  public Optional<String> settingToChange() {
    return Optional.ofNullable(settingToChange);
  }
}
