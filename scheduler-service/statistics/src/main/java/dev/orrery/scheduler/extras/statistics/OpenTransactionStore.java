package dev.orrery.scheduler.extras.statistics;

import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.SqlStatement;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

/** Finds the open transactions that keep VACUUM from removing dead rows. */
@ApplicationScoped
class OpenTransactionStore {
  /**
   * From shared memory: one row for each connection, slot and prepared transaction, and no lock on
   * any table. A vacuum does not count. Others' snapshots are visible to every user; how long their
   * transactions are open is not.
   */
  private static final String READ =
      """
      select current_user as database_user,
        pg_has_role(current_user, 'pg_read_all_stats', 'usage') as sees_all,
        greatest(
          max(extract(epoch from clock_timestamp() - a.xact_start)),
          (select max(extract(epoch from clock_timestamp() - p.prepared)) from pg_prepared_xacts p
            where p.database = current_database())) as open_seconds,
        max(extract(epoch from clock_timestamp() - a.state_change))
          filter (where a.state like 'idle in transaction%') as idle_seconds,
        greatest(
          max(age(a.backend_xmin)),
          (select max(age(p.transaction)) from pg_prepared_xacts p
            where p.database = current_database()),
          (select max(greatest(age(s.xmin), age(s.catalog_xmin))) from pg_replication_slots s))
          as snapshot_age
      from pg_stat_activity a
      where (a.datname = current_database() or a.datname is null) and a.pid <> pg_backend_pid()
        and a.backend_type is distinct from 'autovacuum worker'
      """;

  private final EngineDatabase database;

  OpenTransactionStore(EngineDatabase database) {
    this.database = database;
  }

  /**
   * The open transactions of the database; durations are empty where there is none.
   *
   * @param user the user of the scheduler
   * @param seesAll false if the durations cover transactions of that user only
   * @param open how long the oldest one is open
   * @param idle how long the one that has been idle for longest waits for its client
   * @param snapshotAge number of transactions that began after the oldest snapshot
   */
  record OpenTransactions(
      String user,
      boolean seesAll,
      Optional<Duration> open,
      Optional<Duration> idle,
      Optional<Long> snapshotAge) {}

  OpenTransactions read() {
    return database.autocommit(
        connection ->
            SqlStatement.of(connection, READ)
                .first(
                    row ->
                        new OpenTransactions(
                            row.getString("database_user"),
                            row.getBoolean("sees_all"),
                            duration(row, "open_seconds"),
                            duration(row, "idle_seconds"),
                            Optional.ofNullable(SqlStatement.nullableLong(row, "snapshot_age"))))
                .orElseThrow());
  }

  /** Clocks of connections may be some microseconds ahead of each other. */
  private static Optional<Duration> duration(ResultSet row, String column) throws SQLException {
    double seconds = row.getDouble(column);
    return row.wasNull()
        ? Optional.empty()
        : Optional.of(Duration.ofMillis(Math.round(Math.max(0, seconds) * 1000)));
  }
}
