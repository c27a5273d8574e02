package dev.orrery.scheduler.engine.dispatch;

import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.SqlStatement;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** Reads the data of parts and their parents that the assignments of the parts need. */
@ApplicationScoped
class PartStore {
  /**
   * The claim of other instances reads none of this. The limits keep the planner from joining whole
   * tables. A part is consistent if its version is of its job and of its lane for parts.
   */
  private static final String ORIGINS =
      """
      select i.id, i.part, p.total, parent.parameters, parent.fire_time,
        coalesce(v.job_id = i.job_id and v.part_lane_id = i.lane_id, false) as consistent
      from unnest(?::bigint[]) as asked(id)
      cross join lateral (
        select id, part, parent_id, job_id, job_version_id, lane_id from instance
        where id = asked.id and part is not null limit 1
      ) i
      cross join lateral (
        select parameters, fire_time from instance where id = i.parent_id limit 1
      ) parent
      cross join lateral (
        select total from parent_instance where instance_id = i.parent_id limit 1
      ) p
      left join lateral (
        select job_id, part_lane_id from job_version where id = i.job_version_id limit 1
      ) v on true
      """;

  private final EngineDatabase database;

  PartStore(EngineDatabase database) {
    this.database = database;
  }

  /**
   * The place of a part in its tree.
   *
   * @param total the number of parts of its parent
   * @param parameters a JSON object of the parent's own parameters; null if there are none
   * @param fireTime of the parent; null if it has none
   * @param consistent whether its version is of its job and of its lane for parts
   */
  record PartOrigin(int part, int total, String parameters, Instant fireTime, boolean consistent) {
    private static PartOrigin read(ResultSet row) throws SQLException {
      return new PartOrigin(
          row.getInt("part"),
          row.getInt("total"),
          row.getString("parameters"),
          SqlStatement.instant(row, "fire_time"),
          row.getBoolean("consistent"));
    }
  }

  /** Returns the origins of these parts by id, without those that have ended; may block. */
  Map<Long, PartOrigin> origins(Collection<Long> parts) {
    Map<Long, PartOrigin> origins = new HashMap<>();
    if (!parts.isEmpty()) {
      database.autocommit(
          connection ->
              SqlStatement.of(connection, ORIGINS)
                  .bigints(parts)
                  .list(row -> origins.put(row.getLong("id"), PartOrigin.read(row))));
    }
    return origins;
  }
}
