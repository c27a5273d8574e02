package dev.orrery.scheduler.base.database;

/**
 * Thrown when a caller gets no connection of a pool, because none became free in time or too many
 * callers already wait.
 */
public final class ConnectionsInUseException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean byOneApp;

  /**
   * @param byOneApp true if the app of the caller has reached its own bound
   */
  public ConnectionsInUseException(boolean byOneApp) {
    // No stack trace: refusals are normal responses, and frequent under load.
    super("The connections of the pool are in use", null, false, false);
    this.byOneApp = byOneApp;
  }

  /** Returns true if the app of the caller has reached its own limit, not the limit of all apps. */
  public boolean isByOneApp() {
    return byOneApp;
  }
}
