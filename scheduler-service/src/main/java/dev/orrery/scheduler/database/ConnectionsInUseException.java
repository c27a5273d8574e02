package dev.orrery.scheduler.database;

/** The connections of a pool stayed in use, most of them by the app of the caller. */
public final class ConnectionsInUseException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ConnectionsInUseException() {
    // No stack trace: a refusal is an answer, and under load there are many.
    super("The connections of the pool are in use", null, false, false);
  }
}
