package dev.orrery.scheduler.trigger;

/** A trigger that cannot be accepted; the message is for its author. */
public final class InvalidTriggerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String field;

  /**
   * @param field what is at fault, as a job document calls it: "cron", "every", "until"
   * @param message what is wrong and what would be right, in whole sentences
   */
  public InvalidTriggerException(String field, String message) {
    super(message);
    this.field = field;
  }

  /** What is at fault, as a job document calls it: "cron", "every", "until". */
  public String field() {
    return field;
  }
}
