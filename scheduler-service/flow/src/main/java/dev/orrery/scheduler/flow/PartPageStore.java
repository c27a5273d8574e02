package dev.orrery.scheduler.flow;

import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.SqlStatement;
import dev.orrery.scheduler.base.database.StateCode;
import dev.orrery.scheduler.model.instance.InstanceState;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/**
 * Lists the parts of a parent in one statement: in its snapshot, each part is either active or
 * ended.
 */
@ApplicationScoped
class PartPageStore {
  /** The maximum length of an error in the list; the part itself has all of it. */
  private static final int MAX_ERROR = 1_000;

  private static final String ACTIVE =
      """
      (select i.id, i.part, i.state, i.attempt, i.started_at, null::timestamptz as ended_at,
        null::bigint as run_millis, i.session_id, null::text as reason, null::text as error
      from asked join instance i on i.parent_id = asked.parent and i.id > asked.after
      order by i.id limit (select rows from asked))
      """;

  private static final String ENDED =
      """
      (select h.id, h.part, h.state, h.attempt, h.started_at, h.ended_at, h.run_millis, h.session_id,
        h.reason, left(h.error, %d) as error
      from asked join part_history h on h.parent_id = asked.parent and h.id > asked.after
      where %%s
      order by h.id limit (select rows from asked))
      """
          .formatted(MAX_ERROR);

  private static final String PAGE =
      """
      with asked as materialized (
        select ?::bigint as parent, ?::bigint as after, ?::integer as rows
      )
      select x.*, w.worker
      from (%s) x left join worker_session w on w.id = x.session_id
      order by x.id
      limit (select rows from asked)
      """;

  private final EngineDatabase database;

  PartPageStore(EngineDatabase database) {
    this.database = database;
  }

  /** Which parts a list shows. */
  enum Selection {
    ALL(ACTIVE + " union all " + ENDED.formatted("true")),
    /** Those that wait or run. */
    ACTIVE_ONLY(ACTIVE),
    /** Those that ended without success. */
    FAILED(ENDED.formatted("h.state <> :SUCCEEDED"));

    private final String sql;

    Selection(String branches) {
      this.sql = StateCode.resolve(PAGE.formatted(branches));
    }

    /** Returns the spelling in a query. */
    String spelling() {
      return switch (this) {
        case ALL -> "all";
        case ACTIVE_ONLY -> "active";
        case FAILED -> "failed";
      };
    }
  }

  /** Returns parts with larger ids than {@code after}, in the order of their ids. */
  List<PartView> page(long parent, Selection selection, long after, int limit) {
    return database.read(
        connection ->
            SqlStatement.of(connection, selection.sql)
                .with(parent)
                .with(after)
                .with(limit)
                .list(PartPageStore::view));
  }

  private static PartView view(ResultSet row) throws SQLException {
    return new PartView(
        Long.toString(row.getLong("id")),
        row.getInt("part"),
        InstanceState.ofCode(row.getInt("state")).publicName(),
        row.getInt("attempt"),
        SqlStatement.instant(row, "started_at"),
        SqlStatement.instant(row, "ended_at"),
        SqlStatement.nullableLong(row, "run_millis"),
        row.getString("worker"),
        row.getString("reason"),
        row.getString("error"));
  }
}
