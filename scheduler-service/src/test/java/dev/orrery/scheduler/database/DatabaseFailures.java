package dev.orrery.scheduler.database;

import java.sql.SQLException;

/** Failures of the database, as its driver tells them. */
public final class DatabaseFailures {
  private DatabaseFailures() {}

  public static DatabaseException outage() {
    return new DatabaseException(new SQLException("away", "08006"));
  }

  public static DatabaseException conflict() {
    return new DatabaseException(new SQLException("deadlock detected", "40P01"));
  }
}
