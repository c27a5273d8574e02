package dev.orrery.worker.binding.setting;

/** Refuses a setting of {@code orrery.worker}; the message names it, and never a token's value. */
public final class InvalidSettingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String description;
  private final String action;

  public InvalidSettingException(String description, String action) {
    super(description + " " + action);
    this.description = description;
    this.action = action;
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
