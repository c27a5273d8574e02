package dev.orrery.scheduler.database;

import java.sql.Connection;
import java.sql.SQLException;

/** Work on one connection, which the caller of the work opens and closes. */
@FunctionalInterface
public interface SqlWork<T> {
  T run(Connection connection) throws SQLException;
}
