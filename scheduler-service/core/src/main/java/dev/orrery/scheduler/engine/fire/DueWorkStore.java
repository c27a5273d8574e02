package dev.orrery.scheduler.engine.fire;

import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.SqlStatement;
import dev.orrery.scheduler.base.database.StateCode;
import dev.orrery.scheduler.base.hint.OtherReplicas;
import dev.orrery.scheduler.model.job.ParentLane;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;

/**
 * Reads what is due, and when the next work becomes due. This is the only statement of an idle
 * scheduler, once a second.
 */
@ApplicationScoped
class DueWorkStore {
  /** The limit keeps the planner from reading all ready instances. */
  private static final String READY_LANES =
      """
      select lane.id from unnest(?::integer[]) as lane(id)
      cross join lateral (
        select from instance i where i.lane_id = lane.id and i.state = :READY limit 1
      ) one
      """
          .transform(StateCode::resolve);

  /** Each part is one index scan; the scan of sessions reads only live ones. */
  private static final String QUERY =
      """
      select
        (select ceil(extract(epoch from min(next_fire_at) - statement_timestamp()) * 1000)
          from trigger where next_fire_at is not null
            and job_id <> all(?))::bigint as fire_millis,
        (select ceil(extract(epoch from min(next_fire_at) - statement_timestamp()) * 1000)
          from trigger where next_fire_at > statement_timestamp())::bigint as later_fire_millis,
        (select ceil(extract(epoch from min(due_at) - statement_timestamp()) * 1000)
          from instance where state = :SCHEDULED)::bigint as due_millis,
        (select ceil(extract(epoch from min(deadline_at) - statement_timestamp()) * 1000)
          from instance where deadline_at is not null)::bigint as deadline_millis,
        (select ceil(extract(epoch from min(lease_until) - statement_timestamp()) * 1000)
          from worker_session where ended_at is null)::bigint as lease_millis,
        exists (select from instance where state = :BLOCKED and not waits_for_predecessors)
          or exists (select from instance where waits_for_predecessors) as blocked,
        exists (select from instance where state = :AWAITING)
          or exists (select from lane l cross join lateral (
            select from instance i where i.lane_id = l.id and i.state = :READY limit 1) one
            where %s) as parents,
        exists (select from job_recheck) as recheck,
        (select coalesce(max(id), 0) from job_version) as newest_version,
        array(%s) as ready,
        case when ? then (select count(*) from pg_stat_activity
          where application_name = ? and datname = current_database() and pid <> ?)
        end::integer as others
      """
          .formatted(ParentLane.isOfParents("l"), READY_LANES)
          .transform(StateCode::resolve);

  private final EngineDatabase database;

  DueWorkStore(EngineDatabase database) {
    this.database = database;
  }

  /**
   * @param jobsSetAside jobs whose triggers do not count
   * @param replicas null to skip the count of other replicas, because the list of connections has
   *     no index
   */
  DueWork query(
      Collection<Integer> idleLanes,
      Collection<Long> jobsSetAside,
      OtherReplicas.Question replicas) {
    return database.autocommit(
        connection ->
            SqlStatement.of(connection, QUERY)
                .bigints(jobsSetAside)
                .ints(idleLanes)
                .with(replicas != null)
                .withText(replicas == null ? "" : replicas.applicationName())
                .with(replicas == null ? 0 : replicas.backend())
                .first(DueWorkStore::read)
                .orElseThrow());
  }

  private static DueWork read(ResultSet row) throws SQLException {
    return new DueWork(
        duration(row, "fire_millis"),
        duration(row, "later_fire_millis"),
        duration(row, "due_millis"),
        duration(row, "deadline_millis"),
        duration(row, "lease_millis"),
        row.getBoolean("blocked"),
        row.getBoolean("parents"),
        row.getBoolean("recheck"),
        row.getLong("newest_version"),
        SqlStatement.list(row, "ready", Integer.class),
        SqlStatement.nullableInt(row, "others"));
  }

  private static Duration duration(ResultSet row, String column) throws SQLException {
    Long millis = SqlStatement.nullableLong(row, column);
    return millis == null ? null : Duration.ofMillis(millis);
  }
}
