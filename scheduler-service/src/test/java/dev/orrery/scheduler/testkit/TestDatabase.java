package dev.orrery.scheduler.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.agroal.api.AgroalDataSource;
import io.quarkus.agroal.DataSource.DataSourceLiteral;
import io.quarkus.arc.Arc;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Reads and changes rows behind the back of the service. */
public final class TestDatabase {
  private TestDatabase() {}

  /** A connection of the hot path's pool; the caller closes it. */
  public static Connection connect() throws SQLException {
    return Arc.container()
        .instance(AgroalDataSource.class, new DataSourceLiteral("engine"))
        .get()
        .getConnection();
  }

  /** Returns how many rows were changed. */
  public static int update(String statement, Object... parameters) {
    try (Connection connection = connect();
        PreparedStatement prepared = prepare(connection, statement, parameters)) {
      return prepared.executeUpdate();
    } catch (SQLException e) {
      throw new AssertionError(statement, e);
    }
  }

  /** The first column of the only row, as text; null where it is null. */
  public static String read(String query, Object... parameters) {
    try (Connection connection = connect();
        PreparedStatement prepared = prepare(connection, query, parameters);
        ResultSet row = prepared.executeQuery()) {
      assertThat(row.next()).as("a row of %s", query).isTrue();
      String value = row.getString(1);
      assertThat(row.next()).as("a second row of %s", query).isFalse();
      return value;
    } catch (SQLException e) {
      throw new AssertionError(query, e);
    }
  }

  /**
   * Runs a statement that locks one row and returns its {@code pg_backend_pid()}, in the caller's
   * transaction.
   */
  public static int process(Connection connection, String statement, Object... parameters)
      throws SQLException {
    try (PreparedStatement prepared = prepare(connection, statement, parameters);
        ResultSet row = prepared.executeQuery()) {
      if (!row.next()) {
        throw new AssertionError("No row: " + statement);
      }
      return row.getInt(1);
    }
  }

  /** Returns true if a transaction waits for a lock that this process of the database holds. */
  public static boolean isWaitedFor(int process) {
    return isWaitedFor(process, "");
  }

  /**
   * Returns true if a statement waits for a lock that this process of the database holds.
   *
   * @param start the first characters of the statement
   */
  public static boolean isWaitedFor(int process, String start) {
    return !read(
            "select count(*) from pg_stat_activity"
                + " where ? = any(pg_blocking_pids(pid)) and starts_with(query, ?)",
            process,
            start)
        .equals("0");
  }

  private static PreparedStatement prepare(
      Connection connection, String statement, Object... parameters) throws SQLException {
    PreparedStatement prepared = connection.prepareStatement(statement);
    for (int i = 0; i < parameters.length; i++) {
      prepared.setObject(i + 1, parameters[i]);
    }
    return prepared;
  }
}
