package dev.orrery.scheduler.engine.retention;

import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.SqlStatement;
import dev.orrery.scheduler.base.database.StateCode;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds and deletes the instances that exceed the history limit of their job. */
@ApplicationScoped
class HistoryPerJobStore {
  /**
   * Finds the newest instance of each job beyond the limit. Reads only entries of the index by job,
   * as many as are kept. The range of one job id keeps the planner off the primary key.
   */
  private static final String SCAN =
      """
      select j.id, (select h.id from instance_history h where h.job_id between j.id and j.id
        order by h.job_id desc, h.id desc offset ? limit 1) as newest
      from job j where j.id > ? order by j.id limit ?
      """;

  /** Only one replica deletes at a time. The lock ends with the transaction. */
  private static final String TRY_LOCK =
      "select pg_try_advisory_xact_lock(hashtext('orrery'), hashtext('history')) as locked";

  /**
   * One statement, so that an instance is deleted with all its rows or not at all; only its
   * progress is deleted by age, and its parts go with it. The weight of an instance approximates
   * the number of its rows, of which a part has about three; the instance that exceeds the limit is
   * the last one. A skipped fire time is not recorded as pruned, because a backfill may still run
   * it.
   *
   * <p>The arrays make each delete probe a primary key for each instance, and never join a whole
   * table. The range of ids excludes the partitions of other days.
   */
  private static final String DELETE =
      """
      with beyond as materialized (
        select h.id, h.job_id, h.fire_time, h.state, p.total is not null as has_parts,
          1 + h.attempt + (select count(*) from log_chunk c where c.instance_id = h.id)
            + coalesce(3 * p.total, 0) as weight
        from unnest(?::bigint[], ?::bigint[]) as excess(job_id, newest) cross join lateral (
          select h.id, h.job_id, h.fire_time, h.state, h.attempt from instance_history h
          where h.job_id between excess.job_id and excess.job_id and h.id <= excess.newest
            and (h.job_id, h.id) <= (excess.job_id, excess.newest)
            and h.ended_at < statement_timestamp() - ? * interval '1 second'
          order by h.job_id, h.id limit ?) h
        left join lateral (
          select p.total from parent_instance p where p.instance_id = h.id limit 1) p on true
        limit ?
      ), gone as materialized (
        select id, job_id, fire_time, state, has_parts from (
          select *, sum(weight) over (order by job_id, id) - weight as before from beyond) weighed
        where before < ?
      ), whole as materialized (
        select id from gone
        union all
        select p.id from part_history p
        where p.parent_id = any(array(select id from gone where has_parts))
      ), attempts as (
        delete from attempt a
        where a.instance_id = any(array(select id from whole))
          and a.instance_id between (select min(id) from whole) and (select max(id) from whole)
      ), chunks as (
        delete from log_chunk c
        where c.instance_id = any(array(select id from whole))
          and c.instance_id between (select min(id) from whole) and (select max(id) from whole)
      ), parts as (
        delete from part_history p
        where p.id = any(array(select id from whole))
          and p.parent_id = any(array(select id from gone where has_parts))
      ), nodes as (
        delete from flow_node n
        where n.flow_id = any(array(select id from gone))
          and n.flow_id between (select min(id) from gone) and (select max(id) from gone)
      ), parents as (
        delete from parent_instance p
        where p.instance_id = any(array(select id from gone where has_parts))
          and p.instance_id between (select min(id) from gone) and (select max(id) from gone)
      ), instances as (
        delete from instance_history h
        where h.id = any(array(select id from gone))
          and h.id between (select min(id) from gone) and (select max(id) from gone)
      ), pruned as (
        insert into pruned_fire_time (job_id, latest_fire_time)
        select job_id, max(fire_time) from gone
        where fire_time is not null and state <> :SKIPPED
        group by job_id
        on conflict (job_id) do update
        set latest_fire_time =
          greatest(pruned_fire_time.latest_fire_time, excluded.latest_fire_time)
      )
      select count(*) = ? or count(*) > (select count(*) from gone) as more from beyond
      """
          .transform(StateCode::resolve);

  private final EngineDatabase database;

  HistoryPerJobStore(EngineDatabase database) {
    this.database = database;
  }

  /**
   * A job with too many instances.
   *
   * @param newest the newest instance beyond the limit
   */
  record Excess(long job, long newest) {}

  /**
   * The result of a scan.
   *
   * @param lastJob the largest id of the scanned jobs; empty if there were none
   */
  record Scanned(List<Excess> excesses, Optional<Long> lastJob) {}

  /** Scans the next jobs by id, including deleted jobs, which keep their history. */
  Scanned scan(long afterJob, int jobs, int kept) {
    List<Excess> excesses = new ArrayList<>();
    List<Long> ids =
        database.maintenance(
            connection ->
                SqlStatement.of(connection, SCAN)
                    .with(kept)
                    .with(afterJob)
                    .with(jobs)
                    .list(
                        row -> {
                          long job = row.getLong("id");
                          Long newest = SqlStatement.nullableLong(row, "newest");
                          if (newest != null) {
                            excesses.add(new Excess(job, newest));
                          }
                          return job;
                        }));
    return new Scanned(
        excesses, ids.isEmpty() ? Optional.empty() : Optional.of(ids.get(ids.size() - 1)));
  }

  /**
   * The limits of one delete.
   *
   * @param weight approximate number of rows in all tables; at least one instance is deleted
   */
  record Batch(int instances, int weight) {}

  enum Outcome {
    /** No instances of these jobs are left to delete. */
    DONE,
    /** More instances may be left to delete. */
    MORE,
    /** Nothing was deleted, because another replica deletes. */
    BUSY
  }

  /**
   * Deletes the oldest instances of these jobs, and commits.
   *
   * @param age the minimum age of deleted instances
   */
  Outcome delete(List<Excess> excesses, Duration age, Batch batch) {
    return database.maintenance(
        connection ->
            tryLock(connection) ? delete(connection, excesses, age, batch) : Outcome.BUSY);
  }

  private static boolean tryLock(Connection connection) throws SQLException {
    return SqlStatement.of(connection, TRY_LOCK)
        .first(row -> row.getBoolean("locked"))
        .orElseThrow();
  }

  private static Outcome delete(
      Connection connection, List<Excess> excesses, Duration age, Batch batch) throws SQLException {
    return SqlStatement.of(connection, DELETE)
        .bigints(excesses.stream().map(Excess::job).toList())
        .bigints(excesses.stream().map(Excess::newest).toList())
        .with(age.toSeconds())
        .with(batch.instances())
        .with(batch.instances())
        .with(batch.weight())
        .with(batch.instances())
        .first(row -> row.getBoolean("more") ? Outcome.MORE : Outcome.DONE)
        .orElseThrow();
  }
}
