package dev.orrery.scheduler.dispatch;

import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.scheduler.database.HotDatabase;
import dev.orrery.scheduler.database.Sql;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Gives ready instances to sessions. */
@ApplicationScoped
class ClaimStore {
  /**
   * How much longer than the worker the scheduler waits for a time-out: the worker's own report of
   * it, with the output so far, is worth more than ours.
   */
  static final Duration TIMEOUT_MARGIN = Duration.ofSeconds(2);

  /**
   * One statement, committed by itself, for all parked polls of alike workers.
   *
   * <ul>
   *   <li>The sessions' rows are locked FOR KEY SHARE: a renewal passes, an expiry or a good-bye
   *       waits, and then sees what was claimed here. An ended session gets nothing.
   *   <li>One probe of the index instance_ready for each (priority, lane), in the order of the
   *       arrays, as a nested loop that stops once enough rows are found: no filter, no sort.
   *   <li>SKIP LOCKED does not skip what the same statement has locked, so the pairs are distinct.
   *   <li>Rows are dealt to slots by their position; a slot names a session.
   * </ul>
   */
  private static final String CLAIM =
      """
      with live as materialized (
        select id from worker_session where id = any(?) and ended_at is null and not draining
        for key share
      ), picked as materialized (
        select found.id
        from unnest(?::smallint[], ?::integer[]) as probe(priority, lane_id)
        cross join lateral (
          select i.id from instance i
          where i.lane_id = probe.lane_id and i.priority = probe.priority and i.state = 1
          order by i.due_at, i.id
          limit ?
          for update skip locked
        ) found
        limit ?
      ), dealt as (
        select id, row_number() over () as slot from picked
      ), slot as (
        select * from unnest(?::uuid[]) with ordinality as s(session_id, slot)
      )
      update instance i set state = 3, attempt = i.attempt + 1, session_id = slot.session_id,
        started_at = statement_timestamp(),
        deadline_at = statement_timestamp() + v.timeout + ? * interval '1 millisecond'
      from dealt join slot using (slot) join live on live.id = slot.session_id, job_version v
      where i.id = dealt.id and v.id = i.job_version_id
      returning i.id, i.attempt, i.session_id, i.job_version_id, i.parameters, i.fire_time,
        (extract(epoch from v.timeout) * 1000)::bigint as left_millis,
        (extract(epoch from i.started_at - i.due_at) * 1000)::bigint as late_millis
      """;

  private static final String HELD =
      """
      select id, attempt, session_id, job_version_id, parameters, fire_time,
        (extract(epoch from deadline_at - statement_timestamp()) * 1000)::bigint - ? as left_millis,
        (extract(epoch from started_at - due_at) * 1000)::bigint as late_millis
      from instance where session_id = ? and state = 3 and cancel_requested_at is null
      """;

  private static final String HELD_TO_BE_CANCELED =
      """
      select id, attempt from instance
      where session_id = ? and state = 3 and cancel_requested_at is not null
      """;

  private static final String READY_LANES =
      """
      select lane.id from unnest(?::integer[]) as lane(id)
      where exists (select from instance i where i.lane_id = lane.id and i.state = 1)
      """;

  private final HotDatabase database;

  ClaimStore(HotDatabase database) {
    this.database = database;
  }

  /** Where to look: the pairs in the order in which they are probed. */
  record Probes(List<Short> priorities, List<Integer> lanes) {}

  /**
   * Claims at most one row for each slot. Committed when this returns.
   *
   * @param slots sessions, each as often as it can take an attempt
   */
  List<Claimed> claim(Set<UUID> sessions, Probes probes, List<UUID> slots) {
    return database.autocommit(
        connection ->
            Sql.of(connection, CLAIM)
                .uuids(sessions)
                .smallints(probes.priorities())
                .ints(probes.lanes())
                .with(slots.size())
                .with(slots.size())
                .uuids(slots)
                .with(TIMEOUT_MARGIN.toMillis())
                .list(ClaimStore::claimed));
  }

  /** All that a session holds, save what is being canceled. */
  List<Claimed> held(UUID session) {
    return database.autocommit(
        connection ->
            Sql.of(connection, HELD)
                .with(TIMEOUT_MARGIN.toMillis())
                .with(session)
                .list(ClaimStore::claimed));
  }

  /** What a session holds and is asked to stop. */
  List<AttemptRef> heldToBeCanceled(UUID session) {
    return database.autocommit(
        connection ->
            Sql.of(connection, HELD_TO_BE_CANCELED)
                .with(session)
                .list(row -> new AttemptRef(row.getLong("id"), row.getInt("attempt"))));
  }

  /** Those of the lanes in which something is ready. */
  List<Integer> readyAmong(Collection<Integer> lanes) {
    return database.autocommit(
        connection -> Sql.of(connection, READY_LANES).ints(lanes).list(row -> row.getInt("id")));
  }

  private static Claimed claimed(ResultSet row) throws SQLException {
    Long leftMillis = Sql.nullableLong(row, "left_millis");
    return new Claimed(
        new AttemptRef(row.getLong("id"), row.getInt("attempt")),
        row.getObject("session_id", UUID.class),
        row.getLong("job_version_id"),
        row.getString("parameters"),
        Sql.instant(row, "fire_time"),
        leftMillis == null ? null : Duration.ofMillis(Math.max(0, leftMillis)),
        Duration.ofMillis(Math.max(0, row.getLong("late_millis"))));
  }
}
