package dev.orrery.scheduler.dispatch;

import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.scheduler.database.EngineDatabase;
import dev.orrery.scheduler.database.SqlStatement;
import dev.orrery.scheduler.database.StateCode;
import dev.orrery.scheduler.instance.AttemptTimeoutRule;
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

/** Claims ready instances for sessions, and reads what a session holds. */
@ApplicationScoped
class ClaimStore {
  /**
   * One statement, committed by itself, for all parked polls of workers with equal capabilities.
   *
   * <ul>
   *   <li>The sessions' rows are locked FOR KEY SHARE: a renewal passes, an expiry or a good-bye
   *       waits, and then sees the rows claimed here. A session that has ended or drains gets
   *       nothing; the result names it, and no row is locked for it.
   *   <li>One scan of the index instance_ready for each (priority, lane), in the order of the
   *       arrays, as a nested loop that stops once enough rows are found: no filter, no sort. Each
   *       starts at its cursor, behind entries of deleted rows.
   *   <li>SKIP LOCKED does not skip what the same statement has locked, so the pairs are distinct.
   *   <li>Rows are dealt to slots by their position; a slot names a session. By an array, because a
   *       join would compare each row with each slot; and by a query that runs once, because a join
   *       would copy the array for each row.
   *   <li>The rows are locked, so they stay where they are: ctid finds them without an index. A row
   *       that another transaction changed in between is not found there; the next claim takes it.
   *   <li>The time-out is a subquery. A join would leave a row whose version is gone where it is,
   *       at the head of its lane, where it takes the slots of the rows behind it.
   *   <li>Times are split as floating point, which is exact to the microsecond until 2106; as
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
          i.parameters, i.fire_time, (date_part('epoch', i.due_at) * 1000000)::bigint as due_micros,
          (date_part('epoch', i.deadline_at - i.started_at) * 1000 - ?)::bigint as left_millis,
          (date_part('epoch', i.started_at - i.due_at) * 1000)::bigint as late_millis
      )
      select * from claimed
      union all
      select null, null, null, null, id, null, null, null, null, null, null
      from asked where not open
      """
          .transform(StateCode::resolve);

  /**
   * One snapshot: an attempt must be either sent again or ended, never both. Parameters are large,
   * so they are read of the first missing attempts only. NOT IN, because that is hashed whatever
   * sizes the planner expects.
   */
  private static final String HELD =
      """
      with named as materialized (
        select * from unnest(?::bigint[], ?::integer[]) as n(id, attempt)
      )
      select id, attempt, lane_id, priority, session_id, job_version_id,
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
   * @param slots sessions, each as often as it can take an attempt
   */
  ClaimResult claim(Set<UUID> sessions, List<LaneScan> scans, List<UUID> slots) {
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
              .with(slots.size())
              .with(slots.size())
              .with(AttemptTimeoutRule.MARGIN.toMillis())
              .with(AttemptTimeoutRule.MARGIN.toMillis())
              .list(
                  row ->
                      row.getObject("id") == null
                          ? result.closed().add(row.getObject("session_id", UUID.class))
                          : result.rows().add(claimed(row)));
          return result;
        });
  }

  /**
   * The most attempts of one read that are sent again, 8 MiB of parameters. Others come with the
   * next poll.
   */
  static final int MAX_MISSING = 128;

  /**
   * The running attempts of a session.
   *
   * @param missing the first of those that its worker does not name, and must not stop
   * @param canceled those that it must stop
   * @param all of them, also those of the other lists
   * @param complete whether all that its worker does not name are in {@code missing}
   */
  record HeldAttempts(
      List<ClaimedInstance> missing,
      List<AttemptRef> canceled,
      Set<AttemptRef> all,
      boolean complete) {}

  /**
   * Reads the running attempts of a session; blocks.
   *
   * @param named by its worker
   * @param limit of attempts; a session that holds more gets no work
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
              .with(AttemptTimeoutRule.MARGIN.toMillis())
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
          return new HeldAttempts(missing, canceled, all, later[0] == 0);
        });
  }

  private static ClaimedInstance claimed(ResultSet row) throws SQLException {
    Long leftMillis = SqlStatement.nullableLong(row, "left_millis");
    return new ClaimedInstance(
        new AttemptRef(row.getLong("id"), row.getInt("attempt")),
        row.getInt("lane_id"),
        row.getInt("priority"),
        row.getLong("due_micros"),
        row.getObject("session_id", UUID.class),
        row.getLong("job_version_id"),
        row.getString("parameters"),
        SqlStatement.instant(row, "fire_time"),
        leftMillis == null ? null : Duration.ofMillis(Math.max(0, leftMillis)),
        Duration.ofMillis(Math.max(0, row.getLong("late_millis"))));
  }
}
