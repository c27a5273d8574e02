package dev.orrery.scheduler.engine.completion;

import dev.orrery.scheduler.base.database.SqlStatement;
import dev.orrery.scheduler.base.database.StateCode;
import dev.orrery.scheduler.engine.completion.RetryDecision.FailureCounts;
import dev.orrery.scheduler.model.instance.EndReason;
import dev.orrery.scheduler.model.instance.Fence;
import dev.orrery.scheduler.model.job.JobVersionKey;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The statements that complete attempts. Lock order, as everywhere: triggers by id, then instances
 * by id.
 */
public final class AttemptCompletionStore {
  /**
   * Comes before the locks of the instances: a fire locks its trigger first, too. Reads instances
   * without a lock, because drives_fixed_delay never changes.
   */
  public static final String LOCK_TRIGGERS =
      """
      select job_id from trigger
      where job_id in (
        select i.job_id from unnest(?::bigint[]) as asked(id) cross join lateral (
          select i.job_id from instance i where i.id = asked.id and i.drives_fixed_delay limit 1) i)
      order by job_id
      for update
      """;

  /**
   * The fence: a row counts only if its attempt and session match. The cast keeps the planner from
   * using an index of running instances. The limit makes it look up the version of each row.
   */
  private static final String LOCK_RUNNING =
      """
      select i.id, i.attempt, i.session_id, i.job_id, i.job_version_id, i.lane_id, i.failures,
        i.losses, i.drives_fixed_delay, i.limited,
        i.cancel_requested_at is not null as cancel_requested, i.cancel_reason, %s,
        v.job_id = i.job_id and v.lane_id = i.lane_id as consistent
      from unnest(?::bigint[], ?::integer[], ?::uuid[]) as r(id, attempt, session_id)
      join instance i on i.id = r.id and i.attempt = r.attempt and i.session_id = r.session_id
      left join lateral (
        select v.job_id, v.lane_id, v.created_at from job_version v
        where v.id = i.job_version_id limit 1
      ) v on true
      where i.state::integer = :RUNNING
      order by i.id
      for update of i
      """
          .formatted(JobVersionKey.CREATED)
          .transform(StateCode::resolve);

  /**
   * An instance that runs again immediately stays within its concurrency limit, so only a pause of
   * its job or app blocks it.
   */
  private static final String RUN_AGAIN =
      runAgainIn(
          """
          case when a.state = :READY and (
                select j.paused or p.paused from job j join app p on p.id = j.app_id
                where j.id = i.job_id) then :BLOCKED else a.state end""");

  /**
   * A pause does not block parts: with a limit, the parent that waits for them would keep them
   * blocked for ever.
   */
  private static final String RUN_PARTS_AGAIN = runAgainIn("a.state");

  private static final String PARTS =
      "select id from instance where id = any(?) and part is not null";

  /** The number of an instance's newest attempts to keep, besides the last one. */
  private static final int KEPT_ATTEMPTS = 200;

  /** The array and the range of ids keep the planner from joining all attempts of all days. */
  private static final String FORGET_ATTEMPTS =
      """
      delete from attempt a
      where a.instance_id = any(?) and a.instance_id between ? and ?
        and a.attempt <= (select i.attempt from instance i where i.id = a.instance_id) - ?
      """;

  /** A fixed delay counts from the end of the instance, on the database's clock. */
  private static final String FIRE_AFTER_DELAY =
      """
      update trigger t set
        next_fire_at = case
          when until_at is null or date_trunc('milliseconds', statement_timestamp()) + delay <= until_at
          then date_trunc('milliseconds', statement_timestamp()) + delay end
      from job j join job_version v on v.id = j.version_id join app p on p.id = j.app_id
      where t.job_id = any(?) and t.delay is not null and t.next_fire_at is null
        and j.id = t.job_id and not j.paused and not p.paused
        and v.enabled
      returning (extract(epoch from next_fire_at - statement_timestamp()) * 1000)::bigint as in_millis
      """;

  private AttemptCompletionStore() {}

  /**
   * @param state an expression of the state in which an instance runs again
   */
  private static String runAgainIn(String state) {
    return """
      with again as materialized (
        select * from unnest(?::bigint[], ?::integer[], ?::bigint[], ?::integer[], ?::integer[],
            ?::integer[], ?::boolean[], ?::text[], ?::bigint[])
          as a(id, state, after_millis, failures, losses, attempt_state, reported, error,
            run_millis)
      ), ended_attempt as (
        insert into attempt (instance_id, attempt, state, reported, session_id, started_at,
          ended_at, error, run_millis)
        select i.id, i.attempt, a.attempt_state, a.reported, i.session_id, i.started_at,
          statement_timestamp(), a.error, a.run_millis
        from again a join instance i on i.id = a.id
      )
      update instance i set
        state = %s,
        due_at = case when a.state = :READY then i.due_at
          else statement_timestamp() + a.after_millis * interval '1 millisecond' end,
        failures = a.failures, losses = a.losses, session_id = null, started_at = null,
        deadline_at = null
      from again a
      where i.id = a.id
      """
        .formatted(state)
        .transform(StateCode::resolve);
  }

  /**
   * A locked running instance.
   *
   * @param canceled the reason of a cancel request; null if there was none
   * @param consistent whether its version belongs to its job and its lane
   */
  record Running(
      Fence fence,
      long jobId,
      JobVersionKey version,
      int laneId,
      FailureCounts counts,
      boolean drivesFixedDelay,
      boolean limited,
      EndReason canceled,
      boolean consistent) {

    private static Running read(ResultSet row) throws SQLException {
      return new Running(
          Fence.read(row),
          row.getLong("job_id"),
          new JobVersionKey(row.getLong("job_version_id"), row.getLong("version_created")),
          row.getInt("lane_id"),
          new FailureCounts(row.getInt("failures"), row.getInt("losses")),
          row.getBoolean("drives_fixed_delay"),
          row.getBoolean("limited"),
          row.getBoolean("cancel_requested")
              ? EndReason.ofCancel(row.getString("cancel_reason"))
              : null,
          row.getBoolean("consistent"));
    }

    long instance() {
      return fence.attempt().instance();
    }
  }

  /** An instance that runs again, with the end of its attempt. */
  record Rerun(Running running, EndedAttempt ended, RetryDecision.RunAgain again) {}

  public static void lockTriggers(Connection connection, Collection<Long> instances)
      throws SQLException {
    SqlStatement.of(connection, LOCK_TRIGGERS)
        .bigints(instances)
        .list(row -> row.getLong("job_id"));
  }

  static List<Running> lockRunning(Connection connection, Collection<Fence> fences)
      throws SQLException {
    return SqlStatement.of(connection, LOCK_RUNNING)
        .bigints(fences.stream().map(fence -> fence.attempt().instance()).toList())
        .ints(fences.stream().map(fence -> fence.attempt().attempt()).toList())
        .uuids(fences.stream().map(Fence::session).toList())
        .list(Running::read);
  }

  /** Returns those that are parts. */
  static Set<Long> partsAmong(Connection connection, Collection<Long> instances)
      throws SQLException {
    return instances.isEmpty()
        ? Set.of()
        : Set.copyOf(
            SqlStatement.of(connection, PARTS).bigints(instances).list(row -> row.getLong("id")));
  }

  static void runAgain(Connection connection, List<Rerun> all) throws SQLException {
    runAgain(connection, RUN_AGAIN, all);
  }

  static void runPartsAgain(Connection connection, List<Rerun> parts) throws SQLException {
    runAgain(connection, RUN_PARTS_AGAIN, parts);
  }

  private static void runAgain(Connection connection, String sql, List<Rerun> all)
      throws SQLException {
    if (all.isEmpty()) {
      return;
    }
    SqlStatement.of(connection, sql)
        .bigints(all.stream().map(a -> a.running().instance()).toList())
        .ints(all.stream().map(a -> a.again().state().code()).toList())
        .bigints(all.stream().map(a -> a.again().after().toMillis()).toList())
        .ints(all.stream().map(a -> a.again().counts().failures()).toList())
        .ints(all.stream().map(a -> a.again().counts().losses()).toList())
        .ints(all.stream().map(a -> a.ended().end().code()).toList())
        .booleans(all.stream().map(a -> a.ended().reported()).toList())
        .texts(all.stream().map(a -> a.ended().error()).toList())
        .bigints(all.stream().map(a -> a.ended().runMillis()).toList())
        .update();
    forgetAttempts(
        connection,
        all.stream()
            .map(Rerun::running)
            .filter(running -> running.fence().attempt().attempt() > KEPT_ATTEMPTS)
            .map(Running::instance)
            .toList());
  }

  /** Deletes the oldest attempts of instances that have very many. */
  private static void forgetAttempts(Connection connection, List<Long> instances)
      throws SQLException {
    if (!instances.isEmpty()) {
      SqlStatement.of(connection, FORGET_ATTEMPTS)
          .bigints(instances)
          .with(Collections.min(instances))
          .with(Collections.max(instances))
          .with(KEPT_ATTEMPTS)
          .update();
    }
  }

  /** Sets the next fire of fixed-delay triggers whose instance ended; returns the soonest. */
  public static Optional<Duration> fireAfterDelay(Connection connection, Collection<Long> jobs)
      throws SQLException {
    if (jobs.isEmpty()) {
      return Optional.empty();
    }
    return SqlStatement.of(connection, FIRE_AFTER_DELAY)
        .bigints(jobs)
        .list(row -> SqlStatement.nullableLong(row, "in_millis"))
        .stream()
        .filter(millis -> millis != null)
        .min(Long::compare)
        .map(millis -> Duration.ofMillis(Math.max(0, millis)));
  }
}
