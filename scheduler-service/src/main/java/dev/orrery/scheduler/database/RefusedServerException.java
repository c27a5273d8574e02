package dev.orrery.scheduler.database;

import java.sql.SQLException;

/** A new connection leads to a server that must not be used. The connection was closed. */
public final class RefusedServerException extends SQLException {
  private static final long serialVersionUID = 1L;

  /** The state of a connection that was not made. */
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
