package dev.orrery.scheduler.engine.dispatch;

import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.SqlStatement;
import dev.orrery.scheduler.base.database.StateCode;
import dev.orrery.scheduler.engine.worker.Capabilities;
import dev.orrery.scheduler.model.job.JobVersionKey;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Claims ready instances for sessions, and reads the attempts that a session holds. */
@ApplicationScoped
class ClaimStore {
  /**
   * One statement in its own transaction for all parked polls of workers with equal capabilities.
   *
   * <ul>
   *   <li>The sessions' rows are locked FOR KEY SHARE: a renewal passes, an expiry or a good-bye
   *       waits, and then sees the rows claimed here. A session that has ended or drains gets
   *       nothing; the result names it, and no row is locked for it.
   *   <li>One scan of the index instance_ready for each (priority, lane), in the order of the
   *       arrays, as a nested loop that stops once enough rows are found: no filter, no sort. Each
   *       starts at its cursor, behind entries of deleted rows.
   *   <li>A scan finds rows only if the worker matches the lane's row in the database: one probe
   *       for each scan. The cached lane only chooses the scan. The limit keeps the planner from
   *       another order of the lanes.
   *   <li>SKIP LOCKED does not skip what the same statement has locked, so the pairs are distinct.
   *   <li>Rows are dealt to slots by their position; a slot names a session. The slots are an
   *       array, because a join would compare each row with each slot. A subquery reads the array
   *       once, because a join would copy it for each row.
   *   <li>Locked rows do not move: ctid finds them without an index. A row that another transaction
   *       changed in between is not found there; the next claim takes it.
   *   <li>The time-out is a subquery. A join would skip a row whose version is missing: it would
   *       stay at the head of its lane, and take the slots of the rows behind it.
   *   <li>Times are converted as floating point, which is exact to the microsecond until 2106; as
   *       numerics they would cost as much as an entry of an index.
   * </ul>
   */
  private static final String CLAIM =
      """
      with asked as materialized (
        select id, ended_at is null and not draining as open from worker_session where id = any(?)
        for key share
      ), slot as materialized (
        select array_agg(s.session_id order by s.n) as sessions
        from unnest(?::uuid[]) with ordinality as s(session_id, n)
        where s.session_id in (select id from asked where open)
      ), picked as materialized (
        select found.place
        from (select priority, lane_id, timestamptz 'epoch' + micros * interval '1 microsecond' as due_at, id
              from unnest(?::smallint[], ?::integer[], ?::bigint[], ?::bigint[])
                as p(priority, lane_id, micros, id)) since
        cross join lateral (
          select from lane l
          where l.id = since.lane_id and l.app_id = ? and l.processor = any(?) and l.tags <@ ?
          limit 1
        ) claimable
        cross join lateral (
          select i.ctid as place from instance i
          where i.lane_id = since.lane_id and i.priority = since.priority and i.state = :READY
            and (i.due_at, i.id) >= (since.due_at, since.id)
          order by i.due_at, i.id
          limit ?
          for update skip locked
        ) found
        limit least(?, coalesce((select cardinality(sessions) from slot), 0))
      ), dealt as (
        select place, row_number() over () as n from picked
      ), claimed as (
        update instance i set state = :RUNNING, attempt = i.attempt + 1,
          session_id = (select sessions from slot)[dealt.n],
          started_at = statement_timestamp(),
          deadline_at = statement_timestamp()
            + (select v.timeout from job_version v where v.id = i.job_version_id)
            + ? * interval '1 millisecond'
        from dealt
        where i.ctid = dealt.place
        returning i.id, i.attempt, i.lane_id, i.priority, i.session_id, i.job_version_id,
          i.job_id, i.parameters, i.fire_time, (date_part('epoch', i.due_at) * 1000000)::bigint as due_micros,
          (date_part('epoch', i.deadline_at - i.started_at) * 1000 - ?)::bigint as left_millis,
          (date_part('epoch', i.started_at - i.due_at) * 1000)::bigint as late_millis
      )
      select id, attempt, lane_id, priority, session_id, job_version_id, version_created, consistent,
        parameters, fire_time, due_micros, left_millis, late_millis
      from claimed left join lateral (
        select %s, v.job_id = claimed.job_id and v.lane_id = claimed.lane_id as consistent
        from job_version v where v.id = claimed.job_version_id
        limit 1
      ) version on true
      union all
      select null, null, null, null, id, null, null, null, null, null, null, null, null
      from asked where not open
      """
          .formatted(JobVersionKey.CREATED)
          .transform(StateCode::resolve);

  /**
   * One snapshot, because an attempt must be either sent again or ended, never both. Parameters are
   * large, so they are read only for the first missing attempts. NOT IN is hashed, regardless of
   * the sizes that the planner expects.
   */
  private static final String HELD =
      """
      with named as materialized (
        select * from unnest(?::bigint[], ?::integer[]) as n(id, attempt)
      )
      select id, attempt, lane_id, priority, session_id, job_version_id, %s,
        case when taken then exists (select from job_version v
          where v.id = job_version_id and v.job_id = t.job_id and v.lane_id = t.lane_id)
        end as consistent,
        case when taken then parameters end as parameters, fire_time,
        (date_part('epoch', due_at) * 1000000)::bigint as due_micros,
        (date_part('epoch', deadline_at - statement_timestamp()) * 1000)::bigint - ? as left_millis,
        (date_part('epoch', started_at - due_at) * 1000)::bigint as late_millis,
        canceled, missing, taken
      from (
        select m.*,
          missing and sum(missing::integer) over (rows unbounded preceding) <= ? as taken
        from (
          select i.*, i.cancel_requested_at is not null as canceled,
            i.cancel_requested_at is null
              and (i.id, i.attempt) not in (select id, attempt from named) as missing
          from instance i where i.session_id = ? and i.state = :RUNNING
          limit ?
        ) m
      ) t
      """
          .formatted(JobVersionKey.createdOf("case when taken then job_version_id end"))
          .transform(StateCode::resolve);

  private final EngineDatabase database;

  ClaimStore(EngineDatabase database) {
    this.database = database;
  }

  /**
   * The result of a claim.
   *
   * @param closed sessions of the claim that get no work any more: they have ended, or drain
   */
  record ClaimResult(List<ClaimedInstance> rows, Set<UUID> closed) {}

  /**
   * Claims at most one row for each slot; blocks. The claim is committed when this returns.
   *
   * @param capabilities the capabilities of all the sessions
   * @param slots session ids, each once for every attempt that it can take
   */
  ClaimResult claim(
      Capabilities capabilities, Set<UUID> sessions, List<LaneScan> scans, List<UUID> slots) {
    ClaimResult result = new ClaimResult(new ArrayList<>(), new HashSet<>());
    return database.autocommit(
        connection -> {
          SqlStatement.of(connection, CLAIM)
              .uuids(sessions)
              .uuids(slots)
              .smallints(scans.stream().map(scan -> (short) scan.priority()).toList())
              .ints(scans.stream().map(scan -> scan.lane().id()).toList())
              .bigints(scans.stream().map(scan -> scan.scan().from().dueMicros()).toList())
              .bigints(scans.stream().map(scan -> scan.scan().from().id()).toList())
              .with(capabilities.appId())
              .texts(capabilities.processors())
              .texts(capabilities.tags())
              .with(slots.size())
              .with(slots.size())
              .with(ClaimedInstance.REPORT_MARGIN.toMillis())
              .with(ClaimedInstance.REPORT_MARGIN.toMillis())
              .list(
                  row ->
                      row.getObject(1) == null
                          ? result.closed().add(row.getObject(5, UUID.class))
                          : result.rows().add(claimed(row)));
          return result;
        });
  }

  /**
   * The most attempts of one read that are sent again, 8 MiB of parameters. The others are sent
   * with the next poll.
   */
  static final int MAX_MISSING = 128;

  /**
   * The running attempts of a session.
   *
   * @param missing the first attempts that the worker does not name, without canceled ones
   * @param canceled the attempts that the worker must stop
   * @param all attempts, including those of the other lists
   * @param complete whether {@code missing} holds all attempts that the worker does not name; false
   *     if the limit was reached
   */
  record HeldAttempts(
      List<ClaimedInstance> missing,
      List<AttemptRef> canceled,
      Set<AttemptRef> all,
      boolean complete) {}

  /**
   * Reads the running attempts of a session; blocks.
   *
   * @param named the attempts that its worker names
   * @param limit the most attempts to read; a session that holds more gets no work
   */
  HeldAttempts held(UUID session, Collection<AttemptRef> named, int limit) {
    List<ClaimedInstance> missing = new ArrayList<>();
    List<AttemptRef> canceled = new ArrayList<>();
    Set<AttemptRef> all = new HashSet<>();
    int[] later = new int[1];
    return database.autocommit(
        connection -> {
          SqlStatement.of(connection, HELD)
              .bigints(named.stream().map(AttemptRef::instance).toList())
              .ints(named.stream().map(AttemptRef::attempt).toList())
              .with(ClaimedInstance.REPORT_MARGIN.toMillis())
              .with(MAX_MISSING)
              .with(session)
              .with(limit)
              .list(
                  row -> {
                    ClaimedInstance one = claimed(row);
                    if (row.getBoolean("taken")) {
                      missing.add(one);
                    } else if (row.getBoolean("missing")) {
                      later[0]++;
                    } else if (row.getBoolean("canceled")) {
                      canceled.add(one.attempt());
                    }
                    return all.add(one.attempt());
                  });
          return new HeldAttempts(missing, canceled, all, later[0] == 0 && all.size() < limit);
        });
  }

  /** Reads the first 13 columns, which both statements select in the same order. */
  private static ClaimedInstance claimed(ResultSet row) throws SQLException {
    Long leftMillis = row.getObject(12, Long.class);
    return new ClaimedInstance(
        new AttemptRef(row.getLong(1), row.getInt(2)),
        row.getInt(3),
        row.getInt(4),
        row.getLong(11),
        row.getObject(5, UUID.class),
        new JobVersionKey(row.getLong(6), row.getLong(7)),
        row.getBoolean(8),
        row.getString(9),
        SqlStatement.instant(row, 10),
        leftMillis == null ? null : Duration.ofMillis(Math.max(0, leftMillis)),
        Duration.ofMillis(Math.max(0, row.getLong(13))));
  }
}
