package dev.orrery.client;

/** What a failed submission is about, by the code of the scheduler. */
enum OutboxFailure {
  /** The run or its job: others may be accepted. */
  OF_RUN,

  /** Too many runs of the job, for now. */
  OF_JOB,

  /** The token, the app or the connection. */
  OF_ALL,

  /** The same, or only this run. */
  PERHAPS_OF_ALL,

  /** As {@link #PERHAPS_OF_ALL}, but the scheduler may have made the run. */
  UNANSWERED;

  static OutboxFailure of(OrreryException problem) {
    if (!problem.failure().isSent()) {
      return OF_ALL;
    }
    return switch (problem.code()) {
      case "UNAUTHENTICATED", "APP_NOT_FOUND" -> OF_ALL;
      // With a field, it is about the job; an older scheduler names none.
      case "FORBIDDEN" -> problem.field().isPresent() ? OF_RUN : PERHAPS_OF_ALL;
      case "NOT_FOUND" -> PERHAPS_OF_ALL;
      case "OVERLOADED" -> OF_JOB;
      case OrreryException.UNREADABLE, OrreryException.INTERRUPTED -> UNANSWERED;
      default -> problem.isTransient() || problem.status() >= 500 ? UNANSWERED : OF_RUN;
    };
  }
}
