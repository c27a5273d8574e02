package dev.orrery.bench.soak;

import dev.orrery.scheduler.base.database.SqlStatement;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * Reads from the database how large the scheduler's tables are, and how many instances they have.
 */
final class QueueObserver {
  private static final String LOOK =
      """
      select (select count(*) from instance) as active,
        pg_table_size('instance') as queue_bytes, pg_indexes_size('instance') as index_bytes,
        (select sum(pg_total_relation_size(relid)) from pg_partition_tree('instance_history')
          where isleaf)::bigint as history_bytes
      """;

  private static final String SUCCEEDED =
      """
      select count(*) as n from instance_history
      where state = 10 and job_id = (select id from job where name = ?)
      """;

  private final Connection connection;

  QueueObserver(Connection connection) {
    this.connection = connection;
  }

  /**
   * @param active instances that have not ended
   */
  record Look(long active, long queueBytes, long queueIndexBytes, long historyBytes) {}

  Look look() throws SQLException {
    return SqlStatement.of(connection, LOOK)
        .first(
            row ->
                new Look(
                    row.getLong("active"),
                    row.getLong("queue_bytes"),
                    row.getLong("index_bytes"),
                    row.getLong("history_bytes")))
        .orElseThrow();
  }

  /** Returns the number of all successful instances; reads the whole history. */
  long succeeded(String job) throws SQLException {
    return SqlStatement.of(connection, SUCCEEDED)
        .withText(job)
        .first(row -> row.getLong("n"))
        .orElseThrow();
  }
}
