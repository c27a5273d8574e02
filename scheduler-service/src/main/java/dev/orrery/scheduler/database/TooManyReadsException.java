package dev.orrery.scheduler.database;

/** The connections of reads stayed in use, most of them by the app of the caller. */
public final class TooManyReadsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TooManyReadsException() {
    // No stack trace: a refusal is an answer, and under load there are many.
    super("The connections of reads are in use", null, false, false);
  }
}
