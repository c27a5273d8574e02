package dev.orrery.scheduler.model.instance;

import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.SqlStatement;
import dev.orrery.scheduler.base.database.StateCode;
import dev.orrery.scheduler.http.rest.PageBytes;
import dev.orrery.scheduler.http.rest.PageRows;
import dev.orrery.scheduler.model.job.JobVersionKey;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads single instances, their attempts, and the counts of their parts and nodes. One statement,
 * and so one snapshot, reads the active instances and the history: an instance that ends during the
 * query appears exactly once.
 */
@ApplicationScoped
public class InstanceStore {
  private static final String GET =
      """
      select x.*, w.worker, %s from (
        select %s, i.job_id from instance i where i.id = ?
        union all
        select %s, h.job_id from instance_history h where h.id = ?
        union all
        select %s, h.job_id from part_history h where h.id = ?
      ) x
      join job j on j.id = x.job_id and j.app_id = coalesce(?, j.app_id)
        and case when ? then exists (select from declared_job d where d.job_id = j.id) else true end
      left join worker_session w on w.id = x.session_id
      """
          .formatted(
              JobVersionKey.createdOf("x.job_version_id"),
              InstanceRow.HOT_COLUMNS,
              InstanceRow.HISTORY_COLUMNS,
              InstanceRow.PART_COLUMNS);

  private static final String WAITING =
      """
      select x.*, null::text as worker, %s from (
        select %s from instance i
        where i.id = any(?) and i.state in (:SCHEDULED, :READY, :BLOCKED)) x
      """
          .formatted(JobVersionKey.createdOf("x.job_version_id"), InstanceRow.HOT_COLUMNS)
          .transform(StateCode::resolve);

  /** The limits of a document bound the rows that it counts. */
  private static final String PART_COUNTS =
      """
      select p.instance_id, p.total, p.made,
        (select count(*) from instance i where i.parent_id = p.instance_id) as active,
        (select count(*) from part_history h
          where h.parent_id = p.instance_id and h.state <> :SUCCEEDED) as failed
      from parent_instance p where p.instance_id = any(?) and p.failed is null
      union all
      select p.instance_id, p.total, p.made, 0, p.failed
      from parent_instance p where p.instance_id = any(?) and p.failed is not null
      """
          .transform(StateCode::resolve);

  /** The limit of a document bounds the nodes of a flow. */
  private static final String NODE_COUNTS =
      """
      select p.flow_id, p.ending, n.*
      from unnest(?::bigint[]) as asked(id) cross join lateral (
        select p.instance_id as flow_id, p.ending
        from parent_instance p where p.instance_id = asked.id limit 1
      ) p cross join lateral (
        select count(*)::integer as total,
          (count(*) filter (where n.state = :SCHEDULED))::integer as waiting,
          (count(*) filter (where n.state = :RUNNING))::integer as active,
          (count(*) filter (where n.state = :SUCCEEDED))::integer as succeeded,
          (count(*) filter (where n.state = :SKIPPED))::integer as skipped
        from flow_node n where n.flow_id = p.flow_id
      ) n
      where n.total > 0
      """
          .transform(StateCode::resolve);

  private static final String NODE_NAME =
      """
      select n.name from flow_node n where n.flow_id = ? and n.instance_id = ? and not n.reused
      """;

  /**
   * Bounded, because a worker may hand an instance back any number of times, with an error of 4 KiB
   * each.
   */
  private static final String ATTEMPTS =
      PageBytes.within(
          """
          select a.attempt, a.state, w.worker, a.started_at, a.ended_at, a.run_millis, a.error
          from attempt a left join worker_session w on w.id = a.session_id
          where a.instance_id = ? and a.attempt > ?
          order by a.attempt
          limit ?
          """,
          "coalesce(octet_length(error), 0)",
          "attempt");

  private final EngineDatabase database;

  InstanceStore(EngineDatabase database) {
    this.database = database;
  }

  /**
   * @param onlyApp instances of other apps are not found; null for all apps
   * @param onlyDeclared whether instances of jobs that no application has declared are not found
   */
  Optional<InstanceRow> get(long id, Integer onlyApp, boolean onlyDeclared) {
    return database.read(
        connection ->
            SqlStatement.of(connection, GET)
                .with(id)
                .with(id)
                .with(id)
                .withInt(onlyApp)
                .with(onlyDeclared)
                .first(InstanceRow::read));
  }

  /** Returns the counts of those of the instances that have, or had, parts. */
  Map<Long, PartCounts> partCounts(Collection<Long> ids) {
    Map<Long, PartCounts> counts = new HashMap<>();
    if (!ids.isEmpty()) {
      database.read(
          connection ->
              SqlStatement.of(connection, PART_COUNTS)
                  .bigints(ids)
                  .bigints(ids)
                  .list(row -> counts.put(row.getLong("instance_id"), partCounts(row))));
    }
    return counts;
  }

  private static PartCounts partCounts(ResultSet row) throws SQLException {
    int made = row.getInt("made");
    int active = row.getInt("active");
    int failed = row.getInt("failed");
    return new PartCounts(row.getInt("total"), made, active, made - active - failed, failed);
  }

  /** Returns the counts of those of the instances that are flows and have started. */
  Map<Long, NodeCounts> nodeCounts(Collection<Long> ids) {
    Map<Long, NodeCounts> counts = new HashMap<>();
    if (!ids.isEmpty()) {
      database.read(
          connection ->
              SqlStatement.of(connection, NODE_COUNTS)
                  .bigints(ids)
                  .list(row -> counts.put(row.getLong("flow_id"), nodeCounts(row))));
    }
    return counts;
  }

  private static NodeCounts nodeCounts(ResultSet row) throws SQLException {
    int total = row.getInt("total");
    int waiting = row.getInt("waiting");
    int active = row.getInt("active");
    int succeeded = row.getInt("succeeded");
    int skipped = row.getInt("skipped");
    Integer ending = SqlStatement.nullableInt(row, "ending");
    return new NodeCounts(
        total,
        waiting,
        active,
        succeeded,
        total - waiting - active - succeeded - skipped,
        skipped,
        ending == null || waiting + active == 0 ? null : InstanceState.ofCode(ending).name());
  }

  /** Returns the name of the node of a flow whose run an instance is. */
  Optional<String> nodeName(long flow, long instance) {
    return database.read(
        connection ->
            SqlStatement.of(connection, NODE_NAME)
                .with(flow)
                .with(instance)
                .first(row -> row.getString("name")));
  }

  /** Returns the attempts between this number and the last one, oldest first. */
  PageRows<AttemptView> earlierAttempts(long instance, int after, int limit) {
    return database.read(
        connection ->
            PageRows.read(
                SqlStatement.of(connection, ATTEMPTS).with(instance).with(after).with(limit),
                InstanceStore::earlierAttempt));
  }

  private static AttemptView earlierAttempt(ResultSet row) throws SQLException {
    return new AttemptView(
        row.getInt("attempt"),
        AttemptEnd.ofCode(row.getInt("state")).name(),
        row.getString("worker"),
        SqlStatement.instant(row, "started_at"),
        SqlStatement.instant(row, "ended_at"),
        SqlStatement.nullableLong(row, "run_millis"),
        row.getString("error"));
  }

  /** Returns those of these instances that wait. */
  List<InstanceRow> waiting(Collection<Long> ids) {
    return ids.isEmpty()
        ? List.of()
        : database.read(
            connection ->
                SqlStatement.of(connection, WAITING).bigints(ids).list(InstanceRow::read));
  }
}
