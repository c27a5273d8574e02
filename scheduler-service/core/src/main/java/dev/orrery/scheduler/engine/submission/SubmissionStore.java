package dev.orrery.scheduler.engine.submission;

import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.SqlStatement;
import dev.orrery.scheduler.base.database.StateCode;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.engine.submission.Submission.Run;
import dev.orrery.scheduler.model.instance.InstanceId;
import dev.orrery.scheduler.model.job.JobNameStore;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Stores submissions, many in one statement. */
@ApplicationScoped
class SubmissionStore {
  /**
   * Resolves the names of jobs in this statement, so that it sees every edit and deletion before
   * it. A submission with an unknown job, parameters that a job sets for its parts, or a used key
   * inserts nothing, and does not affect the others. Keys are inserted in order, so that two
   * replicas with the same keys wait for each other instead of deadlocking.
   *
   * <p>Each job of a submission is looked up once, however many runs it has. The limit keeps the
   * planner from reading all jobs.
   *
   * <ol>
   *   <li>{@code submission}: the calls, numbered by {@code n}, with their keys.
   *   <li>{@code named}: the jobs of each call, numbered by {@code place}, as they are now.
   *   <li>{@code whole}: for each call the jobs that it names and the app does not have, or that
   *       the caller may not run.
   *   <li>{@code run}: the entries of calls without unknown jobs, in their order {@code ord}. Their
   *       parameters are parsed here, once for all instances of an entry.
   *   <li>{@code made}: a row with an id for each instance.
   *   <li>{@code outcome}: for each call its ids, and the hints to publish.
   *   <li>{@code keyed}, {@code admitted}: the new keys, and the calls that may insert.
   *   <li>{@code inserted}: the instances of the admitted calls.
   * </ol>
   */
  private static final String SUBMIT =
      """
      with submission as materialized (
        select * from unnest(?::integer[], ?::text[], ?::text[], ?::boolean[]) with ordinality
          as s(app_id, key, hash, only_declared, n)
      ), named as materialized (
        select c.n, c.job, c.place, found.*, found.has_parts and c.sets_shards as refused
        from unnest(?::bigint[], ?::text[], ?::boolean[]) with ordinality
          as c(n, job, sets_shards, place)
        join submission s using (n)
        left join lateral (
          select j.id as job_id, v.id as version_id, v.lane_id, v.priority,
            v.part_lane_id is not null as has_parts, limits.job_id is not null as limited,
            limits.job_id is not null or j.paused or p.paused as blocked,
            case when s.only_declared then
              not exists (select from declared_job d where d.job_id = j.id) end as undeclared
          from job j join job_version v on v.id = j.version_id join app p on p.id = j.app_id
          left join job_concurrency limits on limits.job_id = j.id
          where j.app_id = s.app_id and j.name = c.job and j.deleted_at is null
          limit 1
        ) found on true
      ), whole as materialized (
        select n, array_agg(job order by job) filter (where job_id is null) as unknown_jobs,
          array_agg(job order by job) filter (where undeclared) as undeclared_jobs,
          min(job) filter (where refused) as job_with_parts
        from named group by n
      ), run as materialized (
        select named.*, r.ord, r.parameters::jsonb, r.times,
          greatest(r.run_at::timestamptz, statement_timestamp()) as due_at,
          r.run_at::timestamptz > statement_timestamp() as later
        from unnest(?::bigint[], ?::text[], ?::text[], ?::integer[]) with ordinality
          as r(place, parameters, run_at, times, ord)
        join named using (place) join whole using (n)
        where whole.unknown_jobs is null and whole.undeclared_jobs is null
          and whole.job_with_parts is null
      ), made as materialized (
        select %s as id, r.*
        from (select run.*, generate_series(1, times) from run order by ord) r
      ), outcome as materialized (
        select n, array_agg(id order by ord, id) as ids,
          array_agg(distinct lane_id) filter (where later is not true and not blocked)
            as ready_lanes,
          array_agg(distinct job_id) filter (where later is not true and limited) as limited_jobs,
          min(due_at) filter (where later) as next_due_at
        from made group by n
      ), keyed as (
        insert into idempotency (app_id, key, hash, ids)
        select s.app_id, s.key, decode(s.hash, 'hex'), o.ids
        from submission s join outcome o using (n)
        where s.key is not null
        order by s.app_id, s.key
        on conflict do nothing
        returning app_id, key
      ), admitted as materialized (
        select s.n from submission s
        where s.key is null or (s.app_id, s.key) in (select app_id, key from keyed)
      ), inserted as (
        insert into instance (id, job_id, job_version_id, lane_id, state, priority, limited, due_at,
          parameters)
        select id, job_id, version_id, lane_id,
          case when later then :SCHEDULED when blocked then :BLOCKED else :READY end, priority,
          limited, due_at, parameters
        from made join admitted using (n)
      )
      select a.n is not null as admitted, w.unknown_jobs, w.undeclared_jobs, w.job_with_parts,
        o.ids, o.ready_lanes, o.limited_jobs,
        (extract(epoch from o.next_due_at - statement_timestamp()) * 1000)::bigint as next_due_millis
      from submission s
      join whole w using (n)
      left join outcome o using (n)
      left join admitted a using (n)
      order by s.n
      """
          .formatted(InstanceId.NEW)
          .transform(StateCode::resolve);

  private final EngineDatabase database;

  SubmissionStore(EngineDatabase database) {
    this.database = database;
  }

  sealed interface Outcome {

    /**
     * @param ids in the order of the runs
     * @param limitedJobs jobs with instances that wait to be unblocked
     * @param nextDueIn null if no instance waits for its time
     */
    record Made(
        List<Long> ids, List<Integer> readyLanes, List<Long> limitedJobs, Duration nextDueIn)
        implements Outcome {}

    /** Nothing is stored; an earlier call with the same key may have been. */
    sealed interface Refused extends Outcome {}

    record UnknownJobs(List<String> names) implements Refused {}

    /** No application has declared these, and the caller may run no other jobs. */
    record UndeclaredJobs(List<String> names) implements Refused {}

    /** A run names parameters that its job sets for its parts. */
    record SetsShards(String job) implements Refused {}

    /** The same call was submitted before. */
    record Repeated(List<Long> ids) implements Outcome {}

    record KeyReused() implements Outcome {}

    /** The key existed, but expired during the query. */
    record KeyForgotten() implements Outcome {}
  }

  /** Returns one outcome for each submission. No two submissions may have the same app and key. */
  List<Outcome> submit(List<Submission> submissions) {
    return database.autocommit(
        connection -> {
          List<Outcome> outcomes = insert(connection, submissions);
          for (int i = 0; i < outcomes.size(); i++) {
            if (outcomes.get(i) == null) {
              outcomes.set(i, repeated(connection, submissions.get(i)));
            }
          }
          return outcomes;
        });
  }

  /**
   * Returns the ids of an earlier call with the same key.
   *
   * @throws ProblemException {@code INVALID} if that was another call
   */
  Optional<List<Long>> earlier(Submission submission) {
    return submission.idempotency() == null
        ? Optional.empty()
        : database.autocommit(
            connection ->
                IdempotencyStore.find(connection, submission.appId(), submission.idempotency()));
  }

  ProblemException notFound(int appId, List<String> jobs) {
    return database.autocommit(connection -> JobNameStore.notFound(connection, appId, jobs));
  }

  /** Returns the outcomes; null for a key that already existed. */
  private static List<Outcome> insert(Connection connection, List<Submission> submissions)
      throws SQLException {
    List<Long> numbers = new ArrayList<>();
    List<String> jobs = new ArrayList<>();
    List<Boolean> setShards = new ArrayList<>();
    List<Long> places = new ArrayList<>();
    List<Run> runs = new ArrayList<>();
    for (int i = 0; i < submissions.size(); i++) {
      long number = i + 1L;
      Map<String, Long> named = new HashMap<>();
      Set<String> settingShards = submissions.get(i).jobsWithoutParts();
      for (Run run : submissions.get(i).runs()) {
        places.add(
            named.computeIfAbsent(
                run.job(),
                job -> {
                  numbers.add(number);
                  jobs.add(job);
                  setShards.add(settingShards.contains(job));
                  return (long) jobs.size();
                }));
        runs.add(run);
      }
    }
    return SqlStatement.of(connection, SUBMIT)
        .ints(submissions.stream().map(Submission::appId).toList())
        .texts(submissions.stream().map(SubmissionStore::key).toList())
        .texts(submissions.stream().map(SubmissionStore::hash).toList())
        .booleans(submissions.stream().map(Submission::onlyDeclared).toList())
        .bigints(numbers)
        .texts(jobs)
        .booleans(setShards)
        .bigints(places)
        .texts(runs.stream().map(Run::parameters).toList())
        .instants(runs.stream().map(Run::runAt).toList())
        .ints(runs.stream().map(Run::count).toList())
        .list(SubmissionStore::outcome);
  }

  private static Outcome outcome(ResultSet row) throws SQLException {
    List<String> unknownJobs = SqlStatement.list(row, "unknown_jobs", String.class);
    if (!unknownJobs.isEmpty()) {
      return new Outcome.UnknownJobs(unknownJobs);
    }
    List<String> undeclaredJobs = SqlStatement.list(row, "undeclared_jobs", String.class);
    if (!undeclaredJobs.isEmpty()) {
      return new Outcome.UndeclaredJobs(undeclaredJobs);
    }
    String jobWithParts = row.getString("job_with_parts");
    if (jobWithParts != null) {
      return new Outcome.SetsShards(jobWithParts);
    }
    if (!row.getBoolean("admitted")) {
      return null;
    }
    Long nextDueMillis = SqlStatement.nullableLong(row, "next_due_millis");
    return new Outcome.Made(
        SqlStatement.list(row, "ids", Long.class),
        SqlStatement.list(row, "ready_lanes", Integer.class),
        SqlStatement.list(row, "limited_jobs", Long.class),
        nextDueMillis == null ? null : Duration.ofMillis(Math.max(0, nextDueMillis)));
  }

  private static Outcome repeated(Connection connection, Submission submission)
      throws SQLException {
    return SqlStatement.of(connection, IdempotencyStore.FIND)
        .with(submission.appId())
        .withText(key(submission))
        .first(
            row ->
                row.getString("hash").equals(hash(submission))
                    ? new Outcome.Repeated(SqlStatement.list(row, "ids", Long.class))
                    : new Outcome.KeyReused())
        .orElseGet(Outcome.KeyForgotten::new);
  }

  private static String key(Submission submission) {
    return submission.idempotency() == null ? null : submission.idempotency().key();
  }

  private static String hash(Submission submission) {
    return submission.idempotency() == null ? null : submission.idempotency().hash();
  }
}
