package dev.orrery.scheduler.base.database;

import java.sql.SQLException;

/** Failures of the database, as its driver tells them. */
public final class DatabaseFailures {
  private DatabaseFailures() {}

  public static DatabaseException outage() {
    return new DatabaseException(new SQLException("away", "08006"));
  }

  /** A write on a standby. */
  public static DatabaseException readOnly() {
    return new DatabaseException(
        new SQLException("cannot execute UPDATE in a read-only transaction", "25006"));
  }

  /** A statement that was not sent. */
  public static DatabaseException during(OutageCause cause) {
    return DatabaseException.during(cause);
  }

  public static void beginOutage(DatabaseReachability database) {
    database.lost(OutageCause.AWAY);
  }

  public static void endOutage(DatabaseReachability database) {
    database.reached();
  }

  /** The first write of the check after the start. */
  public static void firstWrite(DatabaseReachability database) {
    database.written();
  }

  /** A lock was not free within the bound. */
  public static DatabaseException busy() {
    return new DatabaseException(
        new SQLException("canceling statement due to lock timeout", "55P03"));
  }

  public static DatabaseException tooManyConnections() {
    return new DatabaseException(new SQLException("sorry, too many clients already", "53300"));
  }

  public static DatabaseException conflict() {
    return new DatabaseException(new SQLException("deadlock detected", "40P01"));
  }
}
