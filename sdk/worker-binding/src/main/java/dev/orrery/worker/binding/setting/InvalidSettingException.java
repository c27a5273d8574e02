package dev.orrery.worker.binding.setting;

import java.util.function.Supplier;

/**
 * Thrown when a setting of {@code orrery.worker} or {@code orrery.client} is invalid. The message
 * names it, and never contains the value of a token.
 */
public final class InvalidSettingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String description;
  private final String action;

  public InvalidSettingException(String description, String action) {
    super(description + " " + action);
    this.description = description;
    this.action = action;
  }

  /**
   * Returns what the use of a setting returns.
   *
   * @throws InvalidSettingException with the setting, if the use refuses its value
   */
  public static <T> T in(String key, Supplier<T> use) {
    try {
      return use.get();
    } catch (IllegalArgumentException e) {
      throw new InvalidSettingException(key + " is refused.", e.getMessage());
    }
  }

  /** What is wrong. */
  public String description() {
    return description;
  }

  /** What to do about it. */
  public String action() {
    return action;
  }
}
