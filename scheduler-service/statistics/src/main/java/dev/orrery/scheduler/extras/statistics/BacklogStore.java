package dev.orrery.scheduler.extras.statistics;

import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.SqlStatement;
import dev.orrery.scheduler.base.database.StateCode;
import dev.orrery.scheduler.extras.statistics.BacklogSnapshot.State;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Reads the backlog at a bounded cost. */
@ApplicationScoped
class BacklogStore {
  /**
   * Counts entries of a partial index up to a bound. Above the bound, uses the estimate of the last
   * ANALYZE for the index with exactly this predicate. The predicate is written out, because a
   * parameter would not match the index.
   */
  private static final String COUNT =
      """
      (select case when counted < %2$d then counted else greatest(counted, (
          select coalesce(max(c.reltuples), 0)::bigint
          from pg_index x join pg_class c on c.oid = x.indexrelid
          where x.indrelid = 'instance'::regclass
            and pg_get_expr(x.indpred, x.indrelid) = '%3$s'))
        end from (select count(*) as counted
          from (select from instance where %1$s limit %2$d) few) counts)
      """;

  /**
   * The oldest ready entry of each lane and priority. Each step finds the next one in the index
   * instance_ready, in the same lane or in the next one.
   */
  private static final String FIRST_READY =
      """
      with recursive first(lane_id, priority, due_at, number) as (
          (select i.lane_id, i.priority, i.due_at, 1 from instance i where i.state = :READY
            order by i.lane_id, i.priority desc, i.due_at, i.id limit 1)
          union all
          select next.lane_id, next.priority, next.due_at, first.number + 1
          from first cross join lateral (
            (select i.lane_id, i.priority, i.due_at from instance i
              where i.state = :READY and i.lane_id = first.lane_id and i.priority < first.priority
              order by i.lane_id, i.priority desc, i.due_at, i.id limit 1)
            union all
            (select i.lane_id, i.priority, i.due_at from instance i
              where i.state = :READY and i.lane_id > first.lane_id
              order by i.lane_id, i.priority desc, i.due_at, i.id limit 1)
            limit 1) next
          where first.number < %1$d
        )
      """
          .formatted(BacklogLimits.MAX_STEPS);

  private static final String READY_AGE =
      """
      (select coalesce(extract(epoch from statement_timestamp() - min(due_at)), 0)
        from first) as ready_age
      """;

  /**
   * The work for which an app needs agents, in one pass over lanes and one over sessions for any
   * number of apps. Short lanes are counted exactly. Long lanes share one bound, so that their
   * number does not increase the cost. The number of running instances is bounded by the capacity
   * of the workers.
   */
  private static final String WORK =
      """
      array(
        with glance as (
          select first.lane_id, first.priority, few.counted
            from first cross join lateral (select count(*) as counted from (
              select from instance i
              where i.state = :READY and i.lane_id = first.lane_id and i.priority = first.priority
              limit %3$d) seen) few),
        part as (
          select l.app_id, least(sum(case when glance.counted < %3$d then glance.counted else (
                select count(*) from (select from instance i
                  where i.state = :READY and i.lane_id = glance.lane_id and i.priority = glance.priority
                  limit (select least(%1$d, %4$d / count(*)) from glance where counted = %3$d)) many)
              end), %1$d) as work
            from glance join lane l on l.id = glance.lane_id
            group by l.app_id
          union all
          select s.app_id, count(i.session_id)
            from worker_session s
            left join instance i on i.state = :RUNNING and i.session_id = s.id
            where s.ended_at is null
            group by s.app_id)
        select a.name || '=' || most.work
          from (select app_id, sum(work) as work from part
            group by app_id order by work desc, app_id limit %2$d) most
          join app a on a.id = most.app_id) as work
      """
          .formatted(
              BacklogLimits.MAX_READY_PER_APP,
              BacklogLimits.MAX_APPS,
              BacklogLimits.READY_AT_A_GLANCE,
              BacklogLimits.READY_SHARED);

  /**
   * A vacuum does not count. Only a superuser or a member of pg_read_all_stats sees the age of
   * other users' transactions.
   */
  private static final String REST =
      """
      array(select protocol || '=' || count(*) from worker_session
        where ended_at is null group by protocol) as sessions,
      (select count(*) from worker_session
        where ended_at is null and dialect = 'orrery'
          and software_version not in (?, 'unknown')) as skewed,
      (select coalesce(max(extract(epoch from clock_timestamp() - xact_start)), 0)
        from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()
          and backend_type <> 'autovacuum worker') as oldest_transaction,
      (select count(*) from job_watch where overdue_since is not null) as overdue
      """;

  static final String QUERY = statement();

  private final EngineDatabase database;

  BacklogStore(EngineDatabase database) {
    this.database = database;
  }

  private static String statement() {
    StringBuilder text = new StringBuilder(FIRST_READY).append("select ");
    for (State state : State.values()) {
      text.append("0");
      state
          .predicates()
          .forEach(
              (predicate, stored) ->
                  text.append(" + ")
                      .append(COUNT.formatted(predicate, BacklogLimits.MAX_COUNT, stored)));
      text.append(" as ").append(column(state)).append(", ");
    }
    text.append(READY_AGE).append(", ").append(WORK).append(", ").append(REST);
    return StateCode.resolve(text.toString());
  }

  private static String column(State state) {
    return state.name().toLowerCase(Locale.ROOT);
  }

  /**
   * Reads the backlog in one statement.
   *
   * @param softwareVersion software version of this scheduler
   */
  BacklogSnapshot read(String softwareVersion) {
    return database.autocommit(
        connection ->
            SqlStatement.of(connection, QUERY)
                .withText(softwareVersion)
                .first(BacklogStore::backlog)
                .orElseThrow());
  }

  private static BacklogSnapshot backlog(ResultSet row) throws SQLException {
    Map<State, Long> waiting = new EnumMap<>(State.class);
    for (State state : State.values()) {
      waiting.put(state, row.getLong(column(state)));
    }
    return new BacklogSnapshot(
        waiting,
        Math.max(0, row.getDouble("ready_age")),
        numbers(row, "work"),
        numbers(row, "sessions"),
        row.getLong("skewed"),
        row.getDouble("oldest_transaction"),
        row.getLong("overdue"));
  }

  /** Reads entries {@code name=number}. */
  private static Map<String, Long> numbers(ResultSet row, String column) throws SQLException {
    Map<String, Long> numbers = new HashMap<>();
    for (String entry : SqlStatement.list(row, column, String.class)) {
      int sign = entry.lastIndexOf('=');
      numbers.put(entry.substring(0, sign), Long.valueOf(entry.substring(sign + 1)));
    }
    return numbers;
  }
}
