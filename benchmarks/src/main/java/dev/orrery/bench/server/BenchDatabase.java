package dev.orrery.bench.server;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/** A database of the run's server, and the user whose statements in it are counted. */
public record BenchDatabase(String name, String url, String user, String password) {
  public Connection connect() throws SQLException {
    return DriverManager.getConnection(url, user, password);
  }

  @Override
  public String toString() {
    return "Database[" + name + "]";
  }
}
