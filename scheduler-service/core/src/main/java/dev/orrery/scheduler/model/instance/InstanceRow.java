package dev.orrery.scheduler.model.instance;

import dev.orrery.scheduler.base.database.SqlStatement;
import dev.orrery.scheduler.model.job.JobVersionKey;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;

/**
 * A stored instance, from the table of active instances or from the history. A column that the
 * table lacks is null.
 *
 * @param laneId null in the history
 * @param parent the instance that waits for this one; null if none does
 * @param part its number among the parts of the parent; null if it is none
 * @param runMillis duration of the last attempt on its worker; null if the worker did not report it
 * @param worker the name of the session's worker
 * @param parameters a JSON object of the instance's own parameters
 */
public record InstanceRow(
    long id,
    JobVersionKey version,
    InstanceState state,
    int priority,
    Instant fireTime,
    Instant dueAt,
    int attempt,
    Instant startedAt,
    Instant endedAt,
    Long runMillis,
    String worker,
    String result,
    String error,
    String endReason,
    Integer skippedCount,
    Long retryOf,
    String parameters,
    Integer laneId,
    boolean waitsForPredecessors,
    Long parent,
    Integer part) {

  /** The columns of the active instance {@code i}, with the names that {@link #read} uses. */
  static final String HOT_COLUMNS =
      """
      i.id, i.job_version_id, i.state, i.priority, i.fire_time, i.due_at, i.attempt, i.started_at,
      null::timestamptz as ended_at, null::bigint as run_millis, i.session_id, null as result, null as error,
      null as reason, null::integer as skipped_count, i.retry_of, i.parameters, i.lane_id,
      i.waits_for_predecessors, i.parent_id, i.part\
      """;

  /** The same columns of the history row {@code h}. */
  static final String HISTORY_COLUMNS =
      """
      h.id, h.job_version_id, h.state, h.priority, h.fire_time, h.due_at, h.attempt, h.started_at,
      h.ended_at, h.run_millis, h.session_id, h.result, h.error, h.reason,
      h.skipped_count, h.retry_of, h.parameters, null::integer as lane_id,
      false as waits_for_predecessors, h.parent_id, null::integer as part\
      """;

  /** The same columns of the row {@code h} in the history of parts. */
  static final String PART_COLUMNS =
      """
      h.id, h.job_version_id, h.state, h.priority, null::timestamptz as fire_time, h.due_at, h.attempt,
      h.started_at, h.ended_at, h.run_millis, h.session_id, h.result, h.error, h.reason,
      null::integer as skipped_count, null::bigint as retry_of, null::jsonb as parameters,
      null::integer as lane_id, false as waits_for_predecessors, h.parent_id, h.part\
      """;

  /** The size of a row's texts in bytes, as an expression over its columns. */
  static final String BYTES =
      """
      coalesce(octet_length(parameters::text), 0) + coalesce(octet_length(result), 0)
        + coalesce(octet_length(error), 0)\
      """;

  static InstanceRow read(ResultSet row) throws SQLException {
    return new InstanceRow(
        row.getLong("id"),
        new JobVersionKey(row.getLong("job_version_id"), row.getLong("version_created")),
        InstanceState.ofCode(row.getInt("state")),
        row.getInt("priority"),
        SqlStatement.instant(row, "fire_time"),
        SqlStatement.instant(row, "due_at"),
        row.getInt("attempt"),
        SqlStatement.instant(row, "started_at"),
        SqlStatement.instant(row, "ended_at"),
        SqlStatement.nullableLong(row, "run_millis"),
        row.getString("worker"),
        row.getString("result"),
        row.getString("error"),
        row.getString("reason"),
        SqlStatement.nullableInt(row, "skipped_count"),
        SqlStatement.nullableLong(row, "retry_of"),
        row.getString("parameters"),
        SqlStatement.nullableInt(row, "lane_id"),
        row.getBoolean("waits_for_predecessors"),
        SqlStatement.nullableLong(row, "parent_id"),
        SqlStatement.nullableInt(row, "part"));
  }
}
