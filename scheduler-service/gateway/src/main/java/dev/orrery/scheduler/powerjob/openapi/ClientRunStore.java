package dev.orrery.scheduler.powerjob.openapi;

import dev.orrery.protocol.Dialect;
import dev.orrery.protocol.ProcessorSpec;
import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.SqlStatement;
import dev.orrery.scheduler.model.instance.InstanceState;
import dev.orrery.scheduler.powerjob.JobNumberStore;
import dev.orrery.scheduler.powerjob.wire.WireIdService;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads runs of PowerJob's jobs by the numbers that PowerJob clients send. */
@ApplicationScoped
class ClientRunStore {
  /**
   * A number is the id of a run, or the wire id of one of its attempts; an id comes before a wire
   * id that happens to be equal. If a client has retried the run, the number means its newest
   * retry. Each step looks up keys only.
   */
  private static final String FIND =
      """
      select x.number, x.id, x.place, j.app_id, r.*, coalesce(p.number, j.id) as job_number, s.worker, s.dialect,
        v.document -> 'parameters' ->> '{jobParams}' as job_params,
        r.parameters ->> '{instanceParams}' as instance_params
      from (
        select n.number, n.place, coalesce(
          (select t.instance_id from powerjob_retry t where t.id = n.number), n.number) as id
        from (select ?::bigint as number, ?::bigint as first) asked
        cross join lateral unnest(array[
            asked.number,
            (select a.instance_id from powerjob_attempt a where a.wire_id = asked.number),
            asked.first])
          with ordinality as n(number, place)
        where n.number is not null
      ) x
      cross join lateral (
        select i.job_id, i.job_version_id, i.state, i.attempt, i.fire_time, i.due_at, i.started_at,
          null::timestamptz as ended_at, null as result, null as error, null as reason,
          i.session_id, i.parameters
        from instance i where i.id = x.id
        union all
        select h.job_id, h.job_version_id, h.state, h.attempt, h.fire_time, h.due_at, h.started_at,
          h.ended_at, h.result, h.error, h.reason, h.session_id, h.parameters
        from instance_history h where h.id = x.id
      ) r
      join job j on j.id = r.job_id
      join job_version v on v.id = r.job_version_id
        and v.document -> 'processor' ->> 'type' = '{processor}'
      left join powerjob_job p on p.job_id = j.id
      left join worker_session s on s.id = r.session_id
      """
          .replace("{processor}", ProcessorSpec.POWERJOB)
          .replace("{jobParams}", ProcessorSpec.PowerJob.JOB_PARAMS)
          .replace("{instanceParams}", ProcessorSpec.PowerJob.INSTANCE_PARAMS);

  /** Of two retries at once, the second one waits here for the first, and finds it. */
  private static final String RETRIED =
      """
      insert into powerjob_retry (id, instance_id) values (?, ?)
      on conflict (id) do update set instance_id = excluded.instance_id
      where powerjob_retry.instance_id = ?
      """;

  /** A number tells its time, as the id of an instance does. */
  private static final String PRUNE =
      """
      delete from powerjob_retry where id in (
        select id from powerjob_retry
        where id < instance_id_at(statement_timestamp() - ? * interval '1 second')
        order by id limit ?)
      """;

  private static final String JOB =
      """
      select j.name from job j
      join job_version v on v.id = j.version_id
        and v.document -> 'processor' ->> 'type' = '{processor}'
      where j.id = {id} and j.app_id = ? and j.deleted_at is null
      """
          .replace("{processor}", ProcessorSpec.POWERJOB)
          .replace("{id}", JobNumberStore.JOB_ID);

  private final EngineDatabase database;
  private final WireIdService wireIds;

  ClientRunStore(EngineDatabase database, WireIdService wireIds) {
    this.database = database;
    this.wireIds = wireIds;
  }

  Optional<ClientRun> find(long number) {
    long first = wireIds.instanceOfFirst(number);
    return database.read(connection -> find(connection, number, first));
  }

  /** As {@link #find(long)}, for a caller without a number of an app. */
  Optional<ClientRun> findInShare(int share, long number) {
    long first = wireIds.instanceOfFirst(number);
    return database.readInShare(share, connection -> find(connection, number, first));
  }

  /**
   * @param first the instance whose first attempt has this wire id, if it is one
   */
  private static Optional<ClientRun> find(Connection connection, long number, long first)
      throws SQLException {
    SortedMap<Integer, ClientRun> found = new TreeMap<>();
    SqlStatement.of(connection, FIND)
        .with(number)
        .with(first)
        .list(row -> found.put(row.getInt("place"), read(row)));
    return found.values().stream().findFirst();
  }

  private static ClientRun read(ResultSet row) throws SQLException {
    Instant fireTime = SqlStatement.instant(row, "fire_time");
    String worker = row.getString("worker");
    return new ClientRun(
        row.getLong("number"),
        row.getLong("id"),
        row.getInt("app_id"),
        row.getLong("job_number"),
        InstanceState.ofCode(row.getInt("state")),
        row.getInt("attempt"),
        fireTime == null ? SqlStatement.instant(row, "due_at") : fireTime,
        SqlStatement.instant(row, "started_at"),
        SqlStatement.instant(row, "ended_at"),
        worker == null
            ? null
            : new ClientRun.Worker(
                worker, Dialect.POWERJOB.canonicalName().equals(row.getString("dialect"))),
        row.getString("result"),
        row.getString("error"),
        row.getString("reason"),
        row.getString("job_params"),
        row.getString("instance_params"));
  }

  /**
   * Makes the number of a run mean this retry from now on.
   *
   * @return false, and changes nothing, if it means another retry already
   */
  static boolean retried(Connection connection, ClientRun run, long retry) throws SQLException {
    return SqlStatement.of(connection, RETRIED)
            .with(run.number())
            .with(retry)
            .with(run.id())
            .update()
        == 1;
  }

  /** Deletes what is known of runs that are older than the history; blocks. */
  void prune(Duration age) {
    database.deleteInSteps(PRUNE, age.toSeconds());
  }

  /** Returns the name of a job of the app; empty if there is none with this number. */
  Optional<String> jobName(int app, long number) {
    return database.read(
        connection ->
            SqlStatement.of(connection, JOB)
                .with(app)
                .with(number)
                .with(number)
                .with(app)
                .first(row -> row.getString(1)));
  }
}
