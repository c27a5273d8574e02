package dev.orrery.bench.lateness;

import dev.orrery.scheduler.base.database.SqlStatement;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;

/** Reads from the database how late the triggered instances of an app started. */
final class TickObserver {
  /** Cheap, because it runs during the tick: it stops at the first row. */
  private static final String DEALT_WITH =
      """
      select not exists (
        select from trigger t join job j on j.id = t.job_id join app a on a.id = j.app_id
        where a.name = ? and t.next_fire_at <= ?) as dealt_with
      """;

  private static final String STARTS =
      """
      select h.fire_time, h.priority, h.started_at,
        extract(epoch from h.started_at - h.due_at) * 1000 as late_millis
      from instance_history h
      join job j on j.id = h.job_id join app a on a.id = j.app_id
      where a.name = ? and h.id >= instance_id_at(?) and h.fire_time >= ? and h.fire_time < ?
        and h.state = 10
      """;

  private static final String NOTHING_ACTIVE =
      """
      select not exists (
        select from instance i join job j on j.id = i.job_id join app a on a.id = j.app_id
        where a.name = ?) as nothing
      """;

  private final Connection connection;
  private final String app;

  TickObserver(Connection connection, String app) {
    this.connection = connection;
    this.app = app;
  }

  Instant clock() throws SQLException {
    return SqlStatement.of(connection, "select clock_timestamp() as at")
        .first(row -> SqlStatement.instant(row, "at"))
        .orElseThrow();
  }

  /** Returns true if all triggers have fired at the tick, and all their runs have ended. */
  boolean over(Instant tick) throws SQLException {
    boolean dealtWith =
        SqlStatement.of(connection, DEALT_WITH)
            .withText(app)
            .withInstant(tick)
            .first(row -> row.getBoolean("dealt_with"))
            .orElseThrow();
    return dealtWith && nothingActive();
  }

  /** Returns the successful starts of the ticks in a half-open interval. */
  List<StartDelay> starts(Instant made, Instant from, Instant before) throws SQLException {
    return SqlStatement.of(connection, STARTS)
        .withText(app)
        .withInstant(made)
        .withInstant(from)
        .withInstant(before)
        .list(
            row ->
                new StartDelay(
                    SqlStatement.instant(row, "fire_time"),
                    row.getInt("priority"),
                    SqlStatement.instant(row, "started_at"),
                    row.getDouble("late_millis")));
  }

  boolean nothingActive() throws SQLException {
    return SqlStatement.of(connection, NOTHING_ACTIVE)
        .withText(app)
        .first(row -> row.getBoolean("nothing"))
        .orElseThrow();
  }
}
