package dev.orrery.scheduler.engine.worker;

import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.SqlStatement;
import dev.orrery.scheduler.base.database.StateCode;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Renews the leases of many sessions in one statement. */
@ApplicationScoped
class RenewStore {
  /**
   * The lease belongs to the session, so a renewal writes one row however many attempts the session
   * holds. Returns only the attempts that the worker must stop: lost and canceled ones. The call of
   * num_nulls keeps the planner from reading all of worker_session_live.
   */
  private static final String RENEW =
      """
      with renewal as materialized (
        select * from unnest(?::uuid[], ?::boolean[], ?::integer[]) as r(id, draining, held_count)
      ), renewed as (
        update worker_session w
        set lease_until = statement_timestamp() + ? * interval '1 millisecond',
          held_count = r.held_count, draining = w.draining or r.draining
        from renewal r where w.id = r.id and num_nulls(w.ended_at) = 1
        returning w.id
      ), news as materialized (
        select h.session_id, h.id, h.attempt, i.id is null as lost
        from unnest(?::uuid[], ?::bigint[], ?::integer[]) as h(session_id, id, attempt)
        left join instance i on i.id = h.id and i.attempt = h.attempt
          and i.session_id = h.session_id and i.state::integer = :RUNNING
        where i.id is null or i.cancel_requested_at is not null
      )
      select r.id as session_id, renewed.id is not null as live, n.id, n.attempt, n.lost
      from renewal r
      left join renewed on renewed.id = r.id
      left join news n on n.session_id = r.id
      """
          .transform(StateCode::resolve);

  private final EngineDatabase database;

  RenewStore(EngineDatabase database) {
    this.database = database;
  }

  /** The renewal that a session requests. */
  record Renewal(UUID session, List<AttemptRef> held, boolean draining) {}

  /** A row of the result: a session, and an attempt that it must stop, if any. */
  record Line(UUID session, boolean live, AttemptRef attempt, boolean lost) {}

  /** Returns at least one line for each session. Each session must occur once. */
  List<Line> renew(List<Renewal> renewals, Duration lease) {
    List<UUID> holders = new ArrayList<>();
    List<AttemptRef> held = new ArrayList<>();
    for (Renewal renewal : renewals) {
      for (AttemptRef attempt : renewal.held()) {
        holders.add(renewal.session());
        held.add(attempt);
      }
    }
    return database.autocommit(
        connection ->
            SqlStatement.of(connection, RENEW)
                .uuids(renewals.stream().map(Renewal::session).toList())
                .booleans(renewals.stream().map(Renewal::draining).toList())
                .ints(renewals.stream().map(renewal -> renewal.held().size()).toList())
                .with(lease.toMillis())
                .uuids(holders)
                .bigints(held.stream().map(AttemptRef::instance).toList())
                .ints(held.stream().map(AttemptRef::attempt).toList())
                .list(
                    row ->
                        new Line(
                            row.getObject("session_id", UUID.class),
                            row.getBoolean("live"),
                            SqlStatement.nullableLong(row, "id") == null
                                ? null
                                : new AttemptRef(row.getLong("id"), row.getInt("attempt")),
                            row.getBoolean("lost"))));
  }
}
