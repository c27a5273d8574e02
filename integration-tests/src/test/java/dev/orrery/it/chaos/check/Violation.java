package dev.orrery.it.chaos.check;

/** Something that must never be. */
public record Violation(Kind kind, String detail) {

  /** What was promised and not kept. */
  public enum Kind {
    /** Acknowledged to a client, and not there. */
    LOST,
    /** Ended more than once, or by an attempt that had no right to. */
    ACCEPTED_TWICE,
    /** Seen to have ended, and different later. */
    TERMINAL_CHANGED,
    /** Not ended, or not firing, long after the last fault. */
    STUCK,
    /** A fire time that fired more than once, or too early. */
    FIRE_DOUBLED,
    /** A fire time that did not fire though its trigger's rule says that it does. */
    FIRE_MISSING,
    /** More instances of a job at once than it allows. */
    LIMIT_EXCEEDED,
    /** An attempt that was started more than once, or after its instance had ended. */
    STARTED_TWICE,
    /** An attempt that ran a document of another app or job, or another version of its own. */
    FOREIGN_DOCUMENT,
    /** A session, or an attempt, that was ended for a silence that was the database's. */
    EXPIRED_TOO_SOON,
    /** A replica that said that it is ready, long after the database took no write any more. */
    READY_IN_OUTAGE,
    /** An end that the job's policy does not allow. */
    WRONG_END,
    /** A process that ended by itself. */
    DIED,
    /** A process that says that its own rules are broken. */
    OWN_COMPLAINT
  }

  @Override
  public String toString() {
    return kind + ": " + detail;
  }
}
