package dev.orrery.scheduler.engine.logs;

import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.SqlStatement;
import dev.orrery.scheduler.base.database.StateCode;
import dev.orrery.scheduler.model.instance.InstanceState;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** Reads the changes of the logs that clients follow. */
@ApplicationScoped
class FollowStore {
  /**
   * One statement for all streams. The chunk that contains a cursor does not count as a change:
   * each stream reads once before it is queried, and its cursor is then behind a whole chunk.
   *
   * <p>Different transactions write the lines and the end of their attempt: half a second after the
   * end, all lines are committed. A PowerJob worker sends its last lines up to five seconds after
   * its report.
   */
  private static final String NEWS =
      """
      select i.attempt as active_attempt, i.state in (:RUNNING, :AWAITING) as running,
        i.started_at < statement_timestamp() - s.lines_follow as started_earlier,
        coalesce(h.state, p.state) as end_state, coalesce(h.attempt, p.attempt) as end_attempt,
        coalesce(h.ended_at, p.ended_at) < statement_timestamp() - s.lines_follow as ended_earlier,
        exists (select from log_chunk c where c.instance_id = f.id
          and (c.attempt, c.sequence) > (f.attempt, f.sequence)
          and c.attempt = coalesce(f.only_attempt, c.attempt)) as more
      from unnest(?::bigint[], ?::integer[], ?::integer[], ?::integer[])
        with ordinality as f(id, only_attempt, attempt, sequence, log_no)
      left join instance i on i.id = f.id
      left join instance_history h on h.id = f.id
      left join part_history p on p.id = f.id
      cross join lateral (
        select case (select w.dialect from worker_session w
            where w.id = coalesce(i.session_id, h.session_id, p.session_id)) when 'powerjob'
          then interval '6 seconds' else interval '500 milliseconds' end as lines_follow
      ) s
      order by f.log_no
      """
          .transform(StateCode::resolve);

  private final EngineDatabase database;

  FollowStore(EngineDatabase database) {
    this.database = database;
  }

  /**
   * A followed log and the position of its reader.
   *
   * @param onlyAttempt the followed attempt; null for all
   */
  record FollowedLog(long instance, Integer onlyAttempt, LogCursor cursor) {}

  /**
   * Changes of a log.
   *
   * @param more whether there are lines after the position
   */
  record News(LogProgress progress, boolean more) {}

  List<News> query(List<FollowedLog> logs) {
    return database.read(
        connection ->
            SqlStatement.of(connection, NEWS)
                .bigints(logs.stream().map(FollowedLog::instance).toList())
                .ints(logs.stream().map(FollowedLog::onlyAttempt).toList())
                .ints(logs.stream().map(log -> log.cursor().attempt()).toList())
                .ints(logs.stream().map(log -> log.cursor().sequence()).toList())
                .list(row -> new News(progress(row), row.getBoolean("more"))));
  }

  private static LogProgress progress(ResultSet row) throws SQLException {
    Integer active = SqlStatement.nullableInt(row, "active_attempt");
    if (active != null) {
      return LogProgress.active(
          active, row.getBoolean("running"), row.getBoolean("started_earlier"));
    }
    Integer state = SqlStatement.nullableInt(row, "end_state");
    // Retention has deleted the instance in the meantime.
    return state == null
        ? LogProgress.ended(0, InstanceState.SKIPPED, true)
        : LogProgress.ended(
            row.getInt("end_attempt"),
            InstanceState.ofCode(state),
            row.getBoolean("ended_earlier"));
  }
}
