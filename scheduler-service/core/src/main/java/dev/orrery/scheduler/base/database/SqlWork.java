package dev.orrery.scheduler.base.database;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/** Work on one connection, which the caller of the work opens and closes. */
@FunctionalInterface
public interface SqlWork<T> {
  T run(Connection connection) throws SQLException;

  /**
   * Runs the work on a connection of the pool.
   *
   * @throws DatabaseException if the pool has no connection or a statement failed
   */
  default T runOn(DataSource pool) {
    try (Connection connection = pool.getConnection()) {
      return run(connection);
    } catch (SQLException e) {
      throw new DatabaseException(e);
    }
  }
}
