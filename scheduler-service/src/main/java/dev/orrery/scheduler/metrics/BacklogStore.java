package dev.orrery.scheduler.metrics;

import dev.orrery.scheduler.database.EngineDatabase;
import dev.orrery.scheduler.database.SqlStatement;
import dev.orrery.scheduler.metrics.BacklogSnapshot.State;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Looks at what has piled up, with a bounded effort. */
@ApplicationScoped
class BacklogStore {
  /**
   * Counts entries of a partial index up to a bound. Above it, the estimate of the last ANALYZE:
   * the planner's figure for the indexes with exactly that predicate, which is written out here,
   * since a parameter would not match it.
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

  /** Steps from one lane with ready rows to the next, by a probe each. */
  private static final String BUSY_LANES =
      """
      with recursive busy(lane_id, number) as (
          (select lane_id, 1 from instance where state = 1 order by lane_id limit 1)
          union all
          select next.lane_id, busy.number + 1 from busy cross join lateral (
            select i.lane_id from instance i where i.state = 1 and i.lane_id > busy.lane_id
            order by i.lane_id limit 1) next
          where busy.number < 1000
        )
      """;

  /**
   * The oldest ready one: the first entry of the index instance_ready for each lane and priority.
   */
  private static final String READY_AGE =
      """
      (select coalesce(extract(epoch from statement_timestamp() - min(first.due_at)), 0)
        from busy cross join generate_series(0, 9) as p(priority) cross join lateral (
          select i.due_at from instance i
          where i.state = 1 and i.lane_id = busy.lane_id and i.priority = p.priority::smallint
          order by i.due_at, i.id limit 1) first) as ready_age
      """;

  /**
   * What agents of an app are needed for. The limit inside ends the walk within a long lane, the
   * one outside that over many lanes; what runs is bounded by the capacity of the workers.
   */
  private static final String WORK =
      """
      array(select name || '=' || work from (
        select a.name,
          (select count(*) from (
            select from busy join lane l on l.id = busy.lane_id
            cross join lateral (select from instance i
              where i.state = 1 and i.lane_id = busy.lane_id limit %1$d) one_lane
            where l.app_id = a.id limit %1$d) ready)
          + (select count(*) from worker_session s join instance i
              on i.state = 3 and i.session_id = s.id
            where s.app_id = a.id and s.ended_at is null) as work
        from app a
        where a.id in (
          select l.app_id from busy join lane l on l.id = busy.lane_id
          union all
          select app_id from worker_session where ended_at is null)
        order by work desc, a.id limit %2$d) most) as work
      """
          .formatted(BacklogSnapshot.READY_OF_APP, BacklogSnapshot.APPS);

  /** A vacuum holds nobody up. Of other users' connections only a superuser sees the age. */
  private static final String REST =
      """
      array(select transport || '=' || count(*) from worker_session
        where ended_at is null group by transport) as sessions,
      (select count(*) from worker_session where ended_at is null and software <> ?) as skewed,
      (select coalesce(max(extract(epoch from clock_timestamp() - xact_start)), 0)
        from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()
          and backend_type <> 'autovacuum worker') as oldest_transaction
      """;

  private static final String LOOK = statement();

  private final EngineDatabase database;

  BacklogStore(EngineDatabase database) {
    this.database = database;
  }

  private static String statement() {
    StringBuilder text = new StringBuilder(BUSY_LANES).append("select ");
    for (State state : State.values()) {
      text.append("0");
      state
          .predicates()
          .forEach(
              (predicate, stored) ->
                  text.append(" + ")
                      .append(COUNT.formatted(predicate, BacklogSnapshot.EXACT, stored)));
      text.append(" as ").append(column(state)).append(", ");
    }
    return text.append(READY_AGE).append(", ").append(WORK).append(", ").append(REST).toString();
  }

  private static String column(State state) {
    return state.name().toLowerCase(Locale.ROOT);
  }

  /**
   * One statement.
   *
   * @param softwareVersion of this scheduler
   */
  BacklogSnapshot look(String softwareVersion) {
    return database.autocommit(
        connection ->
            SqlStatement.of(connection, LOOK)
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
        row.getDouble("oldest_transaction"));
  }

  /** Entries {@code name=number}. */
  private static Map<String, Long> numbers(ResultSet row, String column) throws SQLException {
    Map<String, Long> numbers = new HashMap<>();
    for (String entry : SqlStatement.list(row, column, String.class)) {
      int sign = entry.lastIndexOf('=');
      numbers.put(entry.substring(0, sign), Long.valueOf(entry.substring(sign + 1)));
    }
    return numbers;
  }
}
