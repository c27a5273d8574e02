package dev.orrery.scheduler.model.instance;

import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.SqlStatement;
import dev.orrery.scheduler.base.database.StateCode;
import dev.orrery.scheduler.model.job.ParentLane;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads why instances wait: pauses, workers of their lanes, and full lanes of parents. */
@ApplicationScoped
public class WaitingReasonStore {
  /** The maximum number of lanes that are compared with the workers. */
  public static final int MAX_LANES = 1_000;

  /**
   * The rule of {@code worker.Capabilities#matches}, over all live sessions of the apps. The
   * attempts of a session are counted once, even if it matches several lanes; {@code held_count} is
   * as old as the last renewal. Sessions with equal capabilities become one row, so each lane is
   * compared with each set of capabilities once.
   */
  private static final String MATCHING_WORKERS =
      """
      with live as materialized (
        select w.app_id, w.draining, w.processors, w.tags, bool_or(w.capacity > (
          select count(*) from instance i where i.session_id = w.id and i.state = :RUNNING
        )) as has_room
        from worker_session w
        where w.ended_at is null and w.app_id in (select app_id from lane where id = any(?))
        group by w.app_id, w.draining, w.processors, w.tags
      )
      select l.id, %s as of_parents, %s as full, count(live.app_id) > 0 as any_worker,
        count(*) filter (where rule.matches) > 0 as matching,
        count(*) filter (where rule.matches and live.has_room) > 0 as has_room
      from lane l left join live on live.app_id = l.app_id
      cross join lateral (
        select not live.draining and l.processor = any(live.processors) and l.tags <@ live.tags
      ) rule(matches)
      where l.id = any(?)
      group by l.id
      """
          .formatted(ParentLane.isOfParents("l"), ParentLane.isFull("l"))
          .transform(StateCode::resolve);

  /**
   * The name of the reason for the job {@code j} and its app {@code p}; null if neither is paused.
   */
  public static final String PAUSE =
      "case when p.paused then 'APP_PAUSED' when j.paused then 'PAUSED' end";

  /**
   * Lanes of an app whose workers ready instances wait for, with a probe of the index
   * instance_ready for each, and those of the parts of the first ready parents. The limit equals
   * the limit of the counts of waiting instances.
   */
  private static final String READY_LANES =
      """
      select l.id from lane l where l.app_id = ? and (
          exists (select from instance i where i.lane_id = l.id and i.state = :READY)
          or l.processor = '{parent}' or l.id in (
            select v.part_lane_id from lane p
            cross join lateral (
              select i.job_version_id from instance i where i.lane_id = p.id and i.state = :READY
              order by i.priority desc, i.due_at, i.id limit {lanes}) i
            join job_version v on v.id = i.job_version_id
            where p.app_id = ? and {ofParents}))
      limit ?
      """
          .replace("{lanes}", Integer.toString(MAX_LANES))
          .replace("{parent}", ParentLane.PROCESSOR)
          .replace("{ofParents}", ParentLane.isOfParents("p"))
          .transform(StateCode::resolve);

  private static final String FULL_LANES =
      ("select l.id from lane l where l.id = any(?) and " + ParentLane.isFull("l"))
          .transform(StateCode::resolve);

  private static final String FULL_LANE_OF =
      "select l.id from lane l where l.app_id = ? and l.processor = '%s' and %s"
          .formatted(ParentLane.PROCESSOR, ParentLane.isFull("l"))
          .transform(StateCode::resolve);

  /**
   * The requirements that no worker meets: the processor, or else the tags among the workers with
   * the processor.
   */
  private static final String MISSING =
      """
      with live as materialized (
        select distinct w.app_id, w.processors, w.tags from worker_session w
        where w.ended_at is null and not w.draining
          and w.app_id in (select app_id from lane where id = any(?))
      )
      select l.id, l.processor, l.tags, array(
          select tag from unnest(l.tags) tag where not exists (
            select from live where live.app_id = l.app_id and l.processor = any(live.processors)
              and tag = any(live.tags))) as missing_tags,
        exists (select from live
          where live.app_id = l.app_id and l.processor = any(live.processors)) as offered
      from lane l where l.id = any(?)
      """;

  private static final String PAUSED =
      """
      select j.id, %s as pause from job j join app p on p.id = j.app_id
      where j.id = any(?) and (j.paused or p.paused)
      """
          .formatted(PAUSE);

  private final EngineDatabase database;

  WaitingReasonStore(EngineDatabase database) {
    this.database = database;
  }

  /** Returns lanes of an app whose workers ready instances wait for. */
  static List<Integer> readyLanes(Connection connection, int app) throws SQLException {
    return SqlStatement.of(connection, READY_LANES)
        .with(app)
        .with(app)
        .with(MAX_LANES)
        .list(row -> row.getInt("id"));
  }

  /** Returns the lane of the app's parents, if it is full. */
  public Optional<Integer> fullLane(int app) {
    return database.read(connection -> fullLane(connection, app));
  }

  static Optional<Integer> fullLane(Connection connection, int app) throws SQLException {
    return SqlStatement.of(connection, FULL_LANE_OF).with(app).first(row -> row.getInt("id"));
  }

  /** Returns those lanes of parents that are full. */
  Set<Integer> fullLanes(Collection<Integer> lanes) {
    return lanes.isEmpty()
        ? Set.of()
        : Set.copyOf(
            database.read(
                connection ->
                    SqlStatement.of(connection, FULL_LANES)
                        .ints(lanes)
                        .list(row -> row.getInt("id"))));
  }

  /**
   * Returns, for each job that is paused itself or by its app, the reason {@code PAUSED} or {@code
   * APP_PAUSED}.
   */
  Map<Long, WaitingFor> pauses(Collection<Long> jobs) {
    Map<Long, WaitingFor> pauses = new HashMap<>();
    if (!jobs.isEmpty()) {
      database.read(
          connection ->
              SqlStatement.of(connection, PAUSED)
                  .bigints(jobs)
                  .list(row -> pauses.put(row.getLong("id"), pause(row))));
    }
    return pauses;
  }

  /** Reads {@link #PAUSE} from the column {@code pause}. */
  public static WaitingFor pause(ResultSet row) throws SQLException {
    String pause = row.getString("pause");
    return pause == null ? null : WaitingFor.valueOf(pause);
  }

  /**
   * Returns, for each lane, the reason why its ready instances do not run. For the lane of parents,
   * that is the one of flows, and of the others while it is full.
   */
  public Map<Integer, WaitingFor> readyButWaiting(Collection<Integer> lanes) {
    return lanes.isEmpty()
        ? new HashMap<>()
        : database.read(connection -> readyButWaiting(connection, lanes));
  }

  /** As {@link #readyButWaiting(Collection)}, in a transaction of the caller. */
  public static Map<Integer, WaitingFor> readyButWaiting(
      Connection connection, Collection<Integer> lanes) throws SQLException {
    Map<Integer, WaitingFor> reasons = new HashMap<>();
    SqlStatement.of(connection, MATCHING_WORKERS)
        .ints(lanes)
        .ints(lanes)
        .list(row -> reasons.put(row.getInt("id"), reason(row)));
    return reasons;
  }

  /** Returns the missing processor or tags of each lane without a matching worker. */
  Map<Integer, MissingView> missing(Collection<Integer> lanes) {
    return lanes.isEmpty() ? Map.of() : database.read(connection -> missing(connection, lanes));
  }

  /** As {@link #missing(Collection)}, in a transaction of the caller. */
  public static Map<Integer, MissingView> missing(Connection connection, Collection<Integer> lanes)
      throws SQLException {
    Map<Integer, MissingView> missing = new HashMap<>();
    SqlStatement.of(connection, MISSING)
        .ints(lanes)
        .ints(lanes)
        .list(row -> missing.put(row.getInt("id"), missing(row)));
    return missing;
  }

  private static MissingView missing(ResultSet row) throws SQLException {
    if (!row.getBoolean("offered")) {
      return new MissingView(row.getString("processor"), List.of());
    }
    List<String> tags = SqlStatement.list(row, "missing_tags", String.class);
    // Workers have every tag, but no worker has all of them.
    return new MissingView(
        null, tags.isEmpty() ? SqlStatement.list(row, "tags", String.class) : tags);
  }

  private static WaitingFor reason(ResultSet row) throws SQLException {
    if (row.getBoolean("of_parents")) {
      return row.getBoolean("full") ? WaitingFor.PARENT_LIMIT : WaitingFor.DISPATCH;
    }
    if (!row.getBoolean("any_worker")) {
      return WaitingFor.NO_WORKER;
    }
    if (!row.getBoolean("matching")) {
      return WaitingFor.NO_MATCHING_WORKER;
    }
    return row.getBoolean("has_room") ? WaitingFor.DISPATCH : WaitingFor.CAPACITY;
  }
}
