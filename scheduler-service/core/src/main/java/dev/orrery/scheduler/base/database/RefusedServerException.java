package dev.orrery.scheduler.base.database;

import java.sql.SQLException;

/**
 * Thrown when a new connection leads to a server that must not be used. The connection is closed.
 */
public final class RefusedServerException extends SQLException {
  private static final long serialVersionUID = 1L;

  /** The SQLSTATE of a rejected connection. */
  private static final String REJECTED = "08004";

  private final OutageCause outage;

  public RefusedServerException(OutageCause outage, String detail) {
    super(outage.reason() + ": " + detail, REJECTED);
    this.outage = outage;
  }

  OutageCause outage() {
    return outage;
  }
}
