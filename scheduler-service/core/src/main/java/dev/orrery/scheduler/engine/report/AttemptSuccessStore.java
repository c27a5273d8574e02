package dev.orrery.scheduler.engine.report;

import dev.orrery.scheduler.base.database.SqlStatement;
import dev.orrery.scheduler.base.database.StateCode;
import dev.orrery.scheduler.engine.completion.EndedAttempt;
import dev.orrery.scheduler.model.instance.Fence;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** The statements that complete plain successes and find attempts that were already reported. */
final class AttemptSuccessStore {
  /**
   * Completes plain successes in one statement with its own commit. The fence must match: instance,
   * attempt and session. Skips instances that drive a fixed delay, because their trigger must be
   * locked first; {@code completion} ends them. Parts have a history of their own.
   *
   * <p>There is no join, because no join plan suits both an empty queue, for which plans are made,
   * and a full one. Rows are found by their ids, and the values of a row by the position of its id
   * in the sorted ids. Each array is a separate subquery, which is evaluated once; joined, all
   * arrays would be copied for each row. Of two reports of one instance, only the last is found;
   * {@code completion} handles the other. The cast keeps the planner off the index of running
   * instances. Each session is sent once, since the driver sends an array of uuids as text. The
   * answer is one row: an id says which report matched.
   */
  private static final String COMPLETE =
      """
      with r as materialized (
        select ?::bigint[] as ids, ?::integer[] as attempts, ?::integer[] as places,
          ?::uuid[] as sessions, ?::text[] as results, ?::bigint[] as runs
      ), gone as (
        delete from instance i
        where i.id = any((select ids from r)::bigint[])
          and i.attempt = (select attempts from r)[width_bucket(i.id, (select ids from r))]
          and i.session_id = (select sessions from r)[
            (select places from r)[width_bucket(i.id, (select ids from r))]]
          and i.state::integer = :RUNNING and not i.drives_fixed_delay
        returning i.*, (select results from r)[width_bucket(i.id, (select ids from r))] as result,
          (select runs from r)[width_bucket(i.id, (select ids from r))] as run_millis
      ), kept as (
        insert into instance_history (id, job_id, job_version_id, due_at, fire_time, started_at,
          ended_at, retry_of, session_id, attempt, state, priority, reported, parameters, result,
          run_millis, parent_id)
        select id, job_id, job_version_id, due_at, fire_time, started_at, statement_timestamp(),
          retry_of, session_id, attempt, :SUCCEEDED, priority, true, parameters, result, run_millis,
          parent_id
        from gone
        where part is null
      ), kept_parts as (
        insert into part_history (id, parent_id, part, job_id, job_version_id, due_at, started_at,
          ended_at, session_id, attempt, state, priority, reported, result, run_millis)
        select id, parent_id, part, job_id, job_version_id, due_at, started_at,
          statement_timestamp(), session_id, attempt, :SUCCEEDED, priority, true, result, run_millis
        from gone
        where part is not null
      )
      select array_agg(id) as ids, array_agg(distinct job_id) filter (where limited) as limited_jobs,
        array_agg(distinct parent_id) filter (where parent_id is not null) as parents,
        count(part) as parts
      from gone
      """
          .transform(StateCode::resolve);

  /**
   * Finds attempts that an earlier report of the same session ended. Ignores attempts that the
   * scheduler ended.
   */
  private static final String ACCEPTED_BEFORE =
      """
      with r as materialized (
        select * from unnest(?::bigint[], ?::integer[], ?::uuid[]) as r(id, attempt, session_id)
      )
      select r.id, r.attempt, r.session_id
      from r join instance_history h on h.id = r.id and h.attempt = r.attempt
        and h.session_id = r.session_id and h.reported
      union
      select r.id, r.attempt, r.session_id
      from r join part_history h on h.id = r.id and h.attempt = r.attempt
        and h.session_id = r.session_id and h.reported
      union
      select r.id, r.attempt, r.session_id
      from r join attempt a on a.instance_id = r.id and a.attempt = r.attempt
        and a.session_id = r.session_id and a.reported
      """;

  private AttemptSuccessStore() {}

  /**
   * The fences that matched running attempts, which are now completed.
   *
   * @param limitedJobs jobs with a concurrency limit; another instance of each may be unblocked now
   * @param parts how many of them were parts
   * @param parents of these parts, and flows of nodes
   */
  record Completed(Set<Fence> fences, Set<Long> limitedJobs, int parts, Set<Long> parents) {}

  static Completed complete(Connection connection, Collection<EndedAttempt> successes)
      throws SQLException {
    List<EndedAttempt> sorted =
        successes.stream().sorted(Comparator.comparing(end -> end.fence().attempt())).toList();
    List<Fence> fences = sorted.stream().map(EndedAttempt::fence).toList();
    Map<UUID, Integer> places = new LinkedHashMap<>();
    fences.forEach(fence -> places.putIfAbsent(fence.session(), places.size() + 1));
    return attempts(SqlStatement.of(connection, COMPLETE), fences)
        .ints(fences.stream().map(fence -> places.get(fence.session())).toList())
        .uuids(places.keySet())
        .texts(sorted.stream().map(EndedAttempt::result).toList())
        .bigints(sorted.stream().map(EndedAttempt::runMillis).toList())
        .first(row -> completed(row, fences))
        .orElseThrow();
  }

  /**
   * @param fences sorted, as the statement got them; of an instance, the last one can match
   */
  private static Completed completed(ResultSet row, List<Fence> fences) throws SQLException {
    Map<Long, Fence> lastOf = new HashMap<>();
    fences.forEach(fence -> lastOf.put(fence.attempt().instance(), fence));
    return new Completed(
        SqlStatement.list(row, "ids", Long.class).stream()
            .map(lastOf::get)
            .collect(Collectors.toSet()),
        Set.copyOf(SqlStatement.list(row, "limited_jobs", Long.class)),
        row.getInt("parts"),
        Set.copyOf(SqlStatement.list(row, "parents", Long.class)));
  }

  static Set<Fence> acceptedBefore(Connection connection, Collection<Fence> fences)
      throws SQLException {
    return new HashSet<>(
        attempts(SqlStatement.of(connection, ACCEPTED_BEFORE), fences)
            .uuids(fences.stream().map(Fence::session).toList())
            .list(Fence::read));
  }

  private static SqlStatement attempts(SqlStatement sql, Collection<Fence> fences) {
    return sql.bigints(fences.stream().map(fence -> fence.attempt().instance()).toList())
        .ints(fences.stream().map(fence -> fence.attempt().attempt()).toList());
  }
}
