package dev.orrery.scheduler.base.failover;

import dev.orrery.scheduler.base.database.DatabaseException;
import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.PrimaryFence;
import dev.orrery.scheduler.base.database.SqlStatement;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Reads the position of the database. */
@ApplicationScoped
class DatabasePositionStore {
  private static final Logger LOG = Logger.getLogger(DatabasePositionStore.class);

  /** Any role may call these functions. A standby has no log of its own, so it has no position. */
  private static final String LOG_POSITION =
      """
      (select system_identifier from pg_control_system()) as system,
        %s as timeline,
        case when pg_is_in_recovery() then null else
          pg_wal_lsn_diff(pg_current_wal_flush_lsn(), '0/0')::bigint end as flushed,
        pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0')::bigint as replayed,
        (select pg_wal_lsn_diff(checkpoint_lsn, '0/0') from pg_control_checkpoint())::bigint
          as checkpoint"""
          .formatted(PrimaryFence.TIMELINE);

  /** For a server that lacks these functions or does not allow them. */
  private static final String NO_LOG_POSITION =
      """
      null::bigint as system, null::bigint as timeline, null::bigint as flushed,
        null::bigint as replayed, null::bigint as checkpoint""";

  /** One row; the newest version is the end of its primary key. */
  private static final String POSITION =
      """
      select pg_is_in_recovery() as standby,
        (select oid::bigint from pg_database where datname = current_database()) as database,
        (select coalesce(max(id), 0) from job_version) as newest_version,
        (date_part('epoch', pg_postmaster_start_time()) * 1000000)::bigint as started, %s
      """;

  private static final String WHOLE = POSITION.formatted(LOG_POSITION);
  private static final String WITHOUT_LOG = POSITION.formatted(NO_LOG_POSITION);

  private final EngineDatabase database;
  private volatile String statement = WHOLE;

  DatabasePositionStore(EngineDatabase database) {
    this.database = database;
  }

  /**
   * Returns the position; empty if the server is a standby.
   *
   * @throws DatabaseException if the database cannot be read
   */
  Optional<DatabasePosition> read() {
    try {
      return read(statement);
    } catch (DatabaseException e) {
      if (e.isTemporary() || statement.equals(WITHOUT_LOG)) {
        throw e;
      }
      LOG.infof(
          "Failed to read the WAL position; falling back to job versions to detect a restore:"
              + " %s",
          e.getMessage());
      statement = WITHOUT_LOG;
      return read(WITHOUT_LOG);
    }
  }

  private Optional<DatabasePosition> read(String sql) {
    return database.autocommit(
        connection ->
            SqlStatement.of(connection, sql)
                .first(
                    row ->
                        row.getBoolean("standby")
                            ? Optional.<DatabasePosition>empty()
                            : Optional.of(position(row)))
                .orElseThrow());
  }

  private static DatabasePosition position(ResultSet row) throws SQLException {
    return new DatabasePosition(
        SqlStatement.nullableLong(row, "system"),
        row.getLong("database"),
        SqlStatement.nullableLong(row, "timeline"),
        SqlStatement.nullableLong(row, "flushed"),
        SqlStatement.nullableLong(row, "replayed"),
        row.getLong("started"),
        SqlStatement.nullableLong(row, "checkpoint"),
        row.getLong("newest_version"));
  }
}
