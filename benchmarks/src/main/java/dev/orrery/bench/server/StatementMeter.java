package dev.orrery.bench.server;

import dev.orrery.bench.BenchException;
import dev.orrery.bench.measure.DatabaseCost;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;

/**
 * Measures the work that the database server does for one database. It counts the statements of the
 * database's user on any connection, and the transactions and WAL of the whole server.
 */
public final class StatementMeter implements AutoCloseable {
  private static final String RESET =
      "select pg_stat_statements_reset(0, (select oid from pg_database where datname = ?), 0)";

  /**
   * Counts transaction numbers, which are assigned at the first write, so that readers are ignored.
   */
  private static final String READ =
      """
      select clock_timestamp() as at,
        pg_snapshot_xmax(pg_current_snapshot())::text::bigint as transactions,
        pg_current_wal_insert_lsn() - '0/0'::pg_lsn as wal,
        (select coalesce(sum(calls), 0)::bigint from pg_stat_statements
         where dbid = (select oid from pg_database where datname = ?)
           and userid = (select oid from pg_roles where rolname = ?)) as statements
      """;

  private static final String CALLS =
      """
      select coalesce(sum(calls), 0)::bigint as calls from pg_stat_statements
      where dbid = (select oid from pg_database where datname = ?) and strpos(query, ?) > 0
      """;

  /** A part of the statement that locks parents, with which each look begins. */
  private static final String LOOK = "cancel_requested_at is not null as cancel_requested";

  private final Connection connection;
  private final BenchDatabase database;

  public StatementMeter(DatabaseServer server, BenchDatabase database) throws SQLException {
    this.connection = server.onlook();
    this.database = database;
  }

  /**
   * @param at by the database's clock
   */
  public record Reading(Instant at, long statements, long transactions, double walBytes) {
    public DatabaseCost since(Reading before, long instances) {
      return new DatabaseCost(
          (double) (statements - before.statements) / instances,
          (double) (transactions - before.transactions) / instances,
          (walBytes - before.walBytes) / instances);
    }

    public double secondsSince(Reading before) {
      return (at.toEpochMilli() - before.at.toEpochMilli()) / 1000.0;
    }
  }

  /** Resets the statistics, so that earlier statements cannot displace later ones. */
  public Reading start() throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(RESET)) {
      statement.setString(1, database.name());
      statement.execute();
    }
    return read();
  }

  public Reading read() throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(READ)) {
      statement.setString(1, database.name());
      statement.setString(2, database.user());
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return new Reading(
            row.getObject("at", OffsetDateTime.class).toInstant(),
            row.getLong("statements"),
            row.getLong("transactions"),
            row.getDouble("wal"));
      }
    }
  }

  /**
   * Returns how often the scheduler has looked at parents since the start.
   *
   * @throws BenchException if it never did, because its statement has changed
   */
  public long looksAtParents() throws BenchException, SQLException {
    long looks = calls(LOOK);
    if (looks == 0) {
      throw new BenchException("No look was counted: its statement has changed");
    }
    return looks;
  }

  private long calls(String text) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(CALLS)) {
      statement.setString(1, database.name());
      statement.setString(2, text);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getLong("calls");
      }
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
