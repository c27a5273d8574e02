package dev.orrery.scheduler.engine.dispatch;

import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.SqlStatement;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Reads the lanes and their priorities. */
@ApplicationScoped
class LaneStore {
  /** The parts of a job have another lane than its instances. */
  private static final String SINCE =
      """
      select l.id as lane_id, l.app_id, l.processor, l.tags, v.priority, max(v.id) as newest
      from job_version v cross join lateral (values (v.lane_id), (v.part_lane_id)) used(id)
      join lane l on l.id = used.id
      where v.id > ?
      group by l.id, l.app_id, l.processor, l.tags, v.priority
      """;

  private static final String FIND =
      "select id as lane_id, app_id, processor, tags from lane where id = any(?)";

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
                    row -> new Used(readLane(row), row.getInt("priority"), row.getLong("newest"))));
  }

  /** Returns the rows of these lanes, by id. */
  Map<Integer, Lane> lanes(Collection<Integer> ids) {
    return database
        .autocommit(
            connection -> SqlStatement.of(connection, FIND).ints(ids).list(LaneStore::readLane))
        .stream()
        .collect(Collectors.toMap(Lane::id, lane -> lane));
  }

  private static Lane readLane(ResultSet row) throws SQLException {
    return new Lane(
        row.getInt("lane_id"),
        row.getInt("app_id"),
        row.getString("processor"),
        SqlStatement.list(row, "tags", String.class));
  }
}
