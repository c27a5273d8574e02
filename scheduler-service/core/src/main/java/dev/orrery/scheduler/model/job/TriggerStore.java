package dev.orrery.scheduler.model.job;

import dev.orrery.scheduler.base.database.JtaDatabase;
import dev.orrery.scheduler.base.database.SqlStatement;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads and writes the triggers of many jobs in one statement: a resumed app may have thousands.
 * Takes part in the transaction of the caller.
 */
@ApplicationScoped
class TriggerStore {
  private static final String FIND =
      """
      select job_id, next_fire_at, anchor_at, until_at,
        (extract(epoch from delay) * 1000)::bigint as delay_millis
      from trigger where job_id = any(?)
      """;
  private static final String LOCK = FIND + " order by job_id for update";
  private static final String WRITE =
      """
      insert into trigger (job_id, priority, next_fire_at, anchor_at, until_at, delay)
      select job_id, priority, next_fire_at::timestamptz, anchor_at::timestamptz,
        until_at::timestamptz, delay_millis * interval '1 millisecond'
      from unnest(?::bigint[], ?::smallint[], ?::text[], ?::text[], ?::text[], ?::bigint[])
        as t(job_id, priority, next_fire_at, anchor_at, until_at, delay_millis)
      on conflict (job_id) do update set priority = excluded.priority,
        next_fire_at = excluded.next_fire_at, anchor_at = excluded.anchor_at,
        until_at = excluded.until_at, delay = excluded.delay
      """;
  private static final String SET_PRIORITY = "update trigger set priority = ? where job_id = ?";
  private static final String LOCK_ALL_OF_APP =
      """
      select t.job_id from trigger t join job j on j.id = t.job_id where j.app_id = ?
      order by t.job_id
      for update of t
      """;
  private static final String STOP =
      "update trigger set next_fire_at = null where job_id = any(?) and next_fire_at is not null";
  private static final String DELETE = "delete from trigger where job_id = any(?)";
  private static final String DELETE_ALL_OF_APP =
      "delete from trigger t using job j where j.id = t.job_id and j.app_id = ?";
  private static final String OWN_RUN_ACTIVE =
      "select distinct job_id from instance where job_id = any(?) and drives_fixed_delay";

  private final JtaDatabase database;

  TriggerStore(JtaDatabase database) {
    this.database = database;
  }

  /**
   * A trigger to write.
   *
   * @param priority priority of the job's current version
   */
  record Row(long jobId, int priority, TriggerState state) {}

  Optional<TriggerState> find(long jobId) {
    return Optional.ofNullable(findAll(List.of(jobId)).get(jobId));
  }

  Map<Long, TriggerState> findAll(Collection<Long> jobs) {
    return read(FIND, jobs);
  }

  /** Returns the trigger, locked until the end of the transaction. */
  Optional<TriggerState> lock(long jobId) {
    return Optional.ofNullable(lockAll(List.of(jobId)).get(jobId));
  }

  /**
   * Locks triggers in the order of job ids, and returns them by job. Jobs without a trigger are
   * absent.
   */
  Map<Long, TriggerState> lockAll(Collection<Long> jobs) {
    return read(LOCK, jobs);
  }

  private Map<Long, TriggerState> read(String sql, Collection<Long> jobs) {
    Map<Long, TriggerState> found = new HashMap<>();
    database.inCurrentTransaction(
        connection ->
            SqlStatement.of(connection, sql)
                .bigints(jobs)
                .list(row -> found.put(row.getLong("job_id"), state(row))));
    return found;
  }

  private static TriggerState state(ResultSet row) throws SQLException {
    Long delayMillis = SqlStatement.nullableLong(row, "delay_millis");
    return new TriggerState(
        SqlStatement.instant(row, "next_fire_at"),
        SqlStatement.instant(row, "anchor_at"),
        SqlStatement.instant(row, "until_at"),
        delayMillis == null ? null : Duration.ofMillis(delayMillis));
  }

  void write(Collection<Row> all) {
    database.inCurrentTransaction(
        connection ->
            SqlStatement.of(connection, WRITE)
                .bigints(all.stream().map(Row::jobId).toList())
                .smallints(all.stream().map(row -> (short) row.priority()).toList())
                .instants(all.stream().map(row -> row.state().nextFireAt()).toList())
                .instants(all.stream().map(row -> row.state().anchorAt()).toList())
                .instants(all.stream().map(row -> row.state().until()).toList())
                .bigints(all.stream().map(row -> millis(row.state().delay())).toList())
                .update());
  }

  private static Long millis(Duration delay) {
    return delay == null ? null : delay.toMillis();
  }

  /** Changes only the priority of a trigger, if the job has one. */
  void setPriority(long jobId, int priority) {
    database.inCurrentTransaction(
        connection ->
            SqlStatement.of(connection, SET_PRIORITY).with((short) priority).with(jobId).update());
  }

  /** Locks the triggers of all jobs of an app, in the order of their ids. */
  void lockAllOf(int appId) {
    database.inCurrentTransaction(
        connection ->
            SqlStatement.of(connection, LOCK_ALL_OF_APP)
                .with(appId)
                .list(row -> row.getLong("job_id"))
                .size());
  }

  /** Stops triggers until they are written again. The caller holds their locks. */
  void stop(Collection<Long> jobs) {
    database.inCurrentTransaction(
        connection -> SqlStatement.of(connection, STOP).bigints(jobs).update());
  }

  void delete(Collection<Long> jobs) {
    database.inCurrentTransaction(
        connection -> SqlStatement.of(connection, DELETE).bigints(jobs).update());
  }

  /** Deletes the triggers of all jobs of an app. The caller holds their locks. */
  void deleteAllOf(int appId) {
    database.inCurrentTransaction(
        connection -> SqlStatement.of(connection, DELETE_ALL_OF_APP).with(appId).update());
  }

  /** Returns the jobs whose fixed delay waits for the end of an active instance. */
  Set<Long> ownRunActive(Collection<Long> jobs) {
    return new HashSet<>(
        database.inCurrentTransaction(
            connection ->
                SqlStatement.of(connection, OWN_RUN_ACTIVE)
                    .bigints(jobs)
                    .list(row -> row.getLong("job_id"))));
  }
}
