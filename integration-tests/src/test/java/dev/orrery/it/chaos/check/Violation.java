package dev.orrery.it.chaos.check;

/** A violated invariant. */
public record Violation(Kind kind, String detail) {

  /** The broken promise. */
  public enum Kind {
    /** Acknowledged to a client, but missing. */
    LOST,
    /** Ended more than once, or by an attempt without the right to. */
    ACCEPTED_TWICE,
    /** Ended, but different later. */
    TERMINAL_CHANGED,
    /** A parent that ended before one of its parts, or without one of them. */
    ENDED_EARLY,
    /** Not ended, or not firing, long after the last fault. */
    STUCK,
    /** A fire time that fired more than once, or too early. */
    FIRE_DOUBLED,
    /** A fire time of the trigger that did not fire. */
    FIRE_MISSING,
    /** More concurrent instances of a job than it allows. */
    LIMIT_EXCEEDED,
    /** An attempt that was started more than once, or after its instance had ended. */
    STARTED_TWICE,
    /** An attempt that ran a document of another app or job, or another version of its own. */
    FOREIGN_DOCUMENT,
    /** A session or an attempt that expired because of the database's outage. */
    EXPIRED_TOO_SOON,
    /** A replica that reported ready long after the database began to refuse writes. */
    READY_IN_OUTAGE,
    /** A node of a flow that started, was skipped or ended against the document of its flow. */
    WRONG_NODE,
    /** An end that the job's policy does not allow. */
    WRONG_END,
    /** A process that ended by itself. */
    DIED,
    /** A process that logged a violation of its own invariants. */
    OWN_COMPLAINT
  }

  @Override
  public String toString() {
    return kind + ": " + detail;
  }
}
