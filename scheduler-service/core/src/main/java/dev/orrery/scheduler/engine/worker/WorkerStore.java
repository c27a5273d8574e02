package dev.orrery.scheduler.engine.worker;

import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.SqlStatement;
import dev.orrery.scheduler.http.rest.PageBytes;
import dev.orrery.scheduler.http.rest.PageRows;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Lists live sessions. */
@ApplicationScoped
class WorkerStore {
  /**
   * Bounded by bytes, because a session has up to 200 tags of 100 characters and 200 processors of
   * 200.
   */
  private static final String PAGE =
      PageBytes.within(
          """
          select w.worker || ' ' || md5(w.id::text) as place,
            md5(w.id::text) as handle, w.worker, a.name as app, w.software_version,
            w.protocol, w.dialect, w.api_version, w.tags, w.processors, w.capacity, w.held_count,
            w.draining, w.created_at,
            (extract(epoch from w.lease_until - statement_timestamp()) * 1000)::bigint as lease_millis
          from worker_session w join app a on a.id = w.app_id and a.id = coalesce(?, a.id)
          where w.ended_at is null and w.worker || ' ' || md5(w.id::text) > ?
          order by place
          limit ?
          """,
          "octet_length(tags::text) + octet_length(processors::text)",
          "place");

  private static final String JOINED =
      """
      select a.name as app, w.worker, max(w.created_at) as joined_at
      from worker_session w join app a on a.id = w.app_id
      where w.ended_at is null and w.worker = any(?)
      group by a.name, w.worker
      """;

  private final EngineDatabase database;

  WorkerStore(EngineDatabase database) {
    this.database = database;
  }

  /**
   * Returns live sessions by worker name.
   *
   * @param onlyApp null for all apps
   */
  PageRows<WorkerView> page(Integer onlyApp, String after, int limit) {
    return database.read(
        connection ->
            PageRows.read(
                SqlStatement.of(connection, PAGE).withInt(onlyApp).withText(after).with(limit),
                WorkerStore::worker));
  }

  List<JoinedWorker> joined(Set<String> names) {
    return database.read(
        connection ->
            SqlStatement.of(connection, JOINED)
                .with(names.toArray(String[]::new))
                .list(
                    row ->
                        new JoinedWorker(
                            row.getString("app"),
                            row.getString("worker"),
                            SqlStatement.instant(row, "joined_at"))));
  }

  private static WorkerView worker(ResultSet row) throws SQLException {
    return new WorkerView(
        row.getString("worker"),
        row.getString("handle"),
        row.getString("app"),
        new WorkerView.AgreementView(
            row.getString("protocol"), row.getString("dialect"), row.getInt("api_version")),
        row.getString("software_version"),
        SqlStatement.list(row, "tags", String.class),
        SqlStatement.list(row, "processors", String.class),
        row.getInt("capacity"),
        row.getInt("held_count"),
        row.getBoolean("draining"),
        SqlStatement.instant(row, "created_at"),
        Duration.ofMillis(Math.max(0, row.getLong("lease_millis"))),
        null);
  }
}
