package dev.orrery.scheduler.engine.completion;

import dev.orrery.scheduler.base.database.SqlStatement;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Ends instances by moving them into the history. No other class ends instances, except for the
 * shorter path of plain successes.
 */
public final class HistoryWriter {
  /**
   * Deletes and inserts in one statement, so that an instance is always in exactly one of the
   * tables. The caller must hold the locks of the rows, and of the triggers whose fixed delay they
   * drive.
   */
  private static final String END =
      """
      with ended as materialized (
        select * from unnest(?::bigint[], ?::integer[], ?::boolean[], ?::text[], ?::text[], ?::text[],
            ?::bigint[])
          as e(id, state, reported, reason, error, result, run_millis)
      ), gone as (
        delete from instance i using ended e where i.id = e.id
        returning i.*, e.state as end_state, e.reported, e.reason, e.error, e.result,
          e.run_millis
      )
      insert into instance_history (id, job_id, job_version_id, due_at, fire_time, started_at,
        ended_at, retry_of, session_id, attempt, state, priority, reported, parameters, reason,
        error, result, run_millis, parent_id)
      select id, job_id, job_version_id, due_at, fire_time, started_at,
        statement_timestamp(), retry_of, session_id, attempt, end_state, priority, reported,
        parameters, reason, error, result, run_millis, parent_id
      from gone
      returning parent_id
      """;

  /**
   * Ends many instances in the same way. It has no join: a step of a cancel has thousands of
   * instances, and a plan for an empty queue would compare each with all.
   */
  private static final String END_UNSTARTED =
      """
      with gone as (
        delete from instance where id = any(?) returning *
      )
      insert into instance_history (id, job_id, job_version_id, due_at, fire_time, started_at,
        ended_at, retry_of, session_id, attempt, state, priority, reported, parameters, reason,
        parent_id)
      select id, job_id, job_version_id, due_at, fire_time, started_at,
        statement_timestamp(), retry_of, session_id, attempt, ?, priority, false, parameters, ?,
        parent_id
      from gone
      returning parent_id
      """;

  private static final String INSERT_PARTS =
      """
      insert into part_history (id, parent_id, part, job_id, job_version_id, due_at, started_at,
        ended_at, session_id, attempt, state, priority, reported, reason, error, result, run_millis)
      select id, parent_id, part, job_id, job_version_id, due_at, started_at,
        statement_timestamp(), session_id, attempt, end_state, priority, reported, reason, error,
        result, run_millis
      from gone
      returning parent_id
      """;

  /** As {@link #END}, for parts. */
  private static final String END_PARTS =
      """
      with ended as materialized (
        select * from unnest(?::bigint[], ?::integer[], ?::boolean[], ?::text[], ?::text[], ?::text[],
            ?::bigint[])
          as e(id, state, reported, reason, error, result, run_millis)
      ), gone as (
        delete from instance i using ended e where i.id = e.id
        returning i.*, e.state as end_state, e.reported, e.reason, e.error, e.result,
          e.run_millis
      )
      """
          .concat(INSERT_PARTS);

  /** As {@link #END_UNSTARTED}, for parts. */
  private static final String END_UNSTARTED_PARTS =
      """
      with gone as (
        delete from instance where id = any(?)
        returning *, ?::integer as end_state, false as reported, ?::text as reason,
          null::text as error, null::text as result, null::bigint as run_millis
      )
      """
          .concat(INSERT_PARTS);

  private final List<Long> ids = new ArrayList<>();
  private final List<Integer> states = new ArrayList<>();
  private final List<Boolean> reported = new ArrayList<>();
  private final List<String> reasons = new ArrayList<>();
  private final List<String> errors = new ArrayList<>();
  private final List<String> results = new ArrayList<>();
  private final List<Long> runs = new ArrayList<>();

  void add(long id, RetryDecision.Finish end, EndedAttempt attempt) {
    add(id, end, attempt.reported(), attempt.error(), attempt.result(), attempt.runMillis());
  }

  /**
   * Adds the end of a parent, which had no attempt on a worker.
   *
   * @param result null if it has none
   */
  public void add(long id, RetryDecision.Finish end, String error, String result) {
    add(id, end, false, error, result, null);
  }

  private void add(
      long id,
      RetryDecision.Finish end,
      boolean wasReported,
      String error,
      String result,
      Long runMillis) {
    ids.add(id);
    states.add(end.state().code());
    reported.add(wasReported);
    reasons.add(end.reason() == null ? null : end.reason().name());
    errors.add(error);
    results.add(result);
    runs.add(runMillis);
  }

  /**
   * Ends instances whose next attempt never started.
   *
   * @return the flows of which they were nodes
   * @throws IllegalStateException if a row is missing, which the locks of the caller exclude
   */
  public static Set<Long> endUnstarted(
      Connection connection, Collection<Long> instances, RetryDecision.Finish end)
      throws SQLException {
    return endUnstarted(connection, END_UNSTARTED, instances, end);
  }

  /**
   * Ends parts whose next attempt never started.
   *
   * @return their parents
   * @throws IllegalStateException if a row is missing, which the locks of the caller exclude
   */
  public static Set<Long> endUnstartedParts(
      Connection connection, Collection<Long> parts, RetryDecision.Finish end) throws SQLException {
    return endUnstarted(connection, END_UNSTARTED_PARTS, parts, end);
  }

  private static Set<Long> endUnstarted(
      Connection connection, String sql, Collection<Long> ids, RetryDecision.Finish end)
      throws SQLException {
    return ids.isEmpty()
        ? Set.of()
        : moved(
            SqlStatement.of(connection, sql)
                .bigints(ids)
                .with(end.state().code())
                .withText(end.reason() == null ? null : end.reason().name()),
            ids.size());
  }

  /** Returns the parents of the rows that the statement moves. */
  private static Set<Long> moved(SqlStatement sql, int expected) throws SQLException {
    List<Optional<Long>> parents =
        sql.list(row -> Optional.ofNullable(SqlStatement.nullableLong(row, "parent_id")));
    if (parents.size() != expected) {
      throw new IllegalStateException(
          "Ended " + parents.size() + " instances instead of " + expected);
    }
    return parents.stream().flatMap(Optional::stream).collect(Collectors.toUnmodifiableSet());
  }

  /**
   * Writes the ends that were added.
   *
   * @return the flows of which they were nodes
   * @throws IllegalStateException if a row is missing, which the locks of the caller exclude
   */
  public Set<Long> write(Connection connection) throws SQLException {
    return write(connection, END);
  }

  /**
   * Writes the ends that were added, which are all of parts.
   *
   * @return their parents
   * @throws IllegalStateException if a row is missing, which the locks of the caller exclude
   */
  Set<Long> writeParts(Connection connection) throws SQLException {
    return write(connection, END_PARTS);
  }

  private Set<Long> write(Connection connection, String sql) throws SQLException {
    return ids.isEmpty()
        ? Set.of()
        : moved(
            SqlStatement.of(connection, sql)
                .bigints(ids)
                .ints(states)
                .booleans(reported)
                .texts(reasons)
                .texts(errors)
                .texts(results)
                .bigints(runs),
            ids.size());
  }
}
