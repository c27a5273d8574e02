package dev.orrery.scheduler.dispatch;

import dev.orrery.scheduler.database.EngineDatabase;
import dev.orrery.scheduler.database.SqlStatement;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** Reads the lanes and their priorities. */
@ApplicationScoped
class LaneStore {
  private static final String SINCE =
      """
      select v.lane_id, l.app_id, l.processor, l.tags, v.priority, max(v.id) as newest
      from job_version v join lane l on l.id = v.lane_id
      where v.id > ?
      group by v.lane_id, l.app_id, l.processor, l.tags, v.priority
      """;

  private final EngineDatabase database;

  LaneStore(EngineDatabase database) {
    this.database = database;
  }

  /** A priority that a job of the lane has or had. */
  record Used(Lane lane, int priority, long newestVersion) {}

  /** Returns lanes and priorities of job versions with a larger id than this one. */
  List<Used> usedSince(long version) {
    return database.autocommit(
        connection ->
            SqlStatement.of(connection, SINCE)
                .with(version)
                .list(
                    row ->
                        new Used(
                            new Lane(
                                row.getInt("lane_id"),
                                row.getInt("app_id"),
                                row.getString("processor"),
                                SqlStatement.list(row, "tags", String.class)),
                            row.getInt("priority"),
                            row.getLong("newest"))));
  }
}
