package dev.orrery.trigger;

/** Thrown when a trigger is invalid. The message is for its author. */
public final class InvalidTriggerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String field;

  /**
   * @param field the invalid field as a job document names it, such as "cron" or "until"
   * @param message the problem and the fix, in whole sentences
   */
  public InvalidTriggerException(String field, String message) {
    super(message);
    this.field = field;
  }

  /** Returns the invalid field as a job document names it, such as "cron" or "until". */
  public String field() {
    return field;
  }
}
