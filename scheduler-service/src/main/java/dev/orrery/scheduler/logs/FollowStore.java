package dev.orrery.scheduler.logs;

import dev.orrery.scheduler.database.EngineDatabase;
import dev.orrery.scheduler.database.SqlStatement;
import dev.orrery.scheduler.database.StateCode;
import dev.orrery.scheduler.instance.InstanceState;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** Looks for news of the logs that are followed. */
@ApplicationScoped
class FollowStore {
  /**
   * One statement for all followers. A chunk that lies around a cursor does not count as news: each
   * follower reads once before it is looked for, and then stands behind a whole chunk.
   *
   * <p>Lines and their attempt's end are not written by one transaction: half a second after the
   * end, all of them are there.
   */
  private static final String LOOK =
      """
      select i.attempt as active_attempt, i.state = :RUNNING as running,
        i.started_at < statement_timestamp() - interval '500 milliseconds' as started_earlier,
        h.state as end_state, h.attempt as end_attempt,
        h.ended_at < statement_timestamp() - interval '500 milliseconds' as ended_earlier,
        exists (select from log_chunk c where c.instance_id = f.id
          and (c.attempt, c.sequence) > (f.attempt, f.sequence)
          and c.attempt = coalesce(f.only_attempt, c.attempt)) as more
      from unnest(?::bigint[], ?::integer[], ?::integer[], ?::integer[])
        with ordinality as f(id, only_attempt, attempt, sequence, place)
      left join instance i on i.id = f.id
      left join instance_history h on h.id = f.id
      order by f.place
      """
          .transform(StateCode::resolve);

  private final EngineDatabase database;

  FollowStore(EngineDatabase database) {
    this.database = database;
  }

  /** A position in a log; the query tells whether there are lines after it. */
  record Place(long instance, Integer onlyAttempt, LogCursor cursor) {}

  /** The answer. */
  record News(LogProgress followed, boolean more) {}

  /** An answer for each place, in their order. */
  List<News> look(List<Place> places) {
    return database.autocommit(
        connection ->
            SqlStatement.of(connection, LOOK)
                .bigints(places.stream().map(Place::instance).toList())
                .ints(places.stream().map(Place::onlyAttempt).toList())
                .ints(places.stream().map(place -> place.cursor().attempt()).toList())
                .ints(places.stream().map(place -> place.cursor().sequence()).toList())
                .list(row -> new News(followed(row), row.getBoolean("more"))));
  }

  private static LogProgress followed(ResultSet row) throws SQLException {
    Integer active = SqlStatement.nullableInt(row, "active_attempt");
    if (active != null) {
      return LogProgress.active(
          active, row.getBoolean("running"), row.getBoolean("started_earlier"));
    }
    Integer state = SqlStatement.nullableInt(row, "end_state");
    // Neither active nor in the history: it was old enough to be dropped meanwhile.
    return state == null
        ? LogProgress.ended(0, InstanceState.SKIPPED, true)
        : LogProgress.ended(
            row.getInt("end_attempt"),
            InstanceState.ofCode(state),
            row.getBoolean("ended_earlier"));
  }
}
