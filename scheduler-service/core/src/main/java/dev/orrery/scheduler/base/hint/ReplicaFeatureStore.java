package dev.orrery.scheduler.base.hint;

import dev.orrery.scheduler.base.database.SqlStatement;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Set;

/**
 * Finds replicas of an earlier release, which would misread documents that use a newer feature. A
 * replica holds a shared advisory lock for each such feature that it knows, on the connection on
 * which it listens; one of an earlier release listens without the lock. A replica of an earlier
 * release that starts later finds a newer schema and does not serve.
 */
public final class ReplicaFeatureStore {
  private static final int FAN_OUT_AND_FLOWS = 2;

  /** The first key of the locks. */
  private static final int LOCK_KEY = 7206811;

  private static final String ANNOUNCE = "select pg_advisory_lock_shared(?, ?)";

  /** A connection that a pooler keeps for its next client has a name, but belongs to no replica. */
  private static final String WITHOUT =
      """
      select a.pid from pg_stat_activity a
      where a.application_name = ? and a.datname = current_database()
        and a.query <> 'DISCARD ALL'
        and not exists (
          select from pg_locks l
          where l.pid = a.pid and l.locktype = 'advisory' and l.classid = ?::oid and l.objid = ?::oid
            and l.objsubid = 2 and l.granted)
      """;

  /**
   * A replica that has just connected is about to announce itself, and one that has just died may
   * have lost its locks before its connection. The database keeps what it showed of connections
   * until it is told to forget it.
   */
  private static final String WAIT = "select pg_sleep(0.5), pg_stat_clear_snapshot()";

  private ReplicaFeatureStore() {}

  /** Announces the features of this replica, for as long as the connection is open. */
  static void announce(Connection connection) throws SQLException {
    SqlStatement.of(connection, ANNOUNCE).with(LOCK_KEY).with(FAN_OUT_AND_FLOWS).list(row -> null);
  }

  /**
   * Returns the number of replicas that would misread a job with parts or nodes; takes half a
   * second if there are any.
   */
  public static int replicasWithoutParents(Connection connection) throws SQLException {
    Set<Integer> without = without(connection);
    if (!without.isEmpty()) {
      SqlStatement.of(connection, WAIT).list(row -> null);
      without.retainAll(without(connection));
    }
    return without.size();
  }

  /** Returns the processes of connections of replicas that have not announced the features. */
  private static Set<Integer> without(Connection connection) throws SQLException {
    return new HashSet<>(
        SqlStatement.of(connection, WITHOUT)
            .withText(OtherReplicas.APPLICATION_NAME)
            .with(LOCK_KEY)
            .with(FAN_OUT_AND_FLOWS)
            .list(row -> row.getInt("pid")));
  }
}
