package dev.orrery.scheduler.engine.dispatch;

import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.SqlStatement;
import dev.orrery.scheduler.base.database.StateCode;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Finds running attempts that their workers do not name as held. */
@ApplicationScoped
class UndeliveredStore {
  /** NOT IN is hashed, regardless of the sizes that the planner expects. */
  private static final String UNDELIVERED =
      """
      with named as materialized (
        select * from unnest(?::uuid[], ?::bigint[], ?::integer[]) as n(session_id, id, attempt)
      )
      select s.id
      from unnest(?::uuid[]) as s(id)
      cross join lateral (
        select from instance i
        where i.session_id = s.id and i.state = :RUNNING
          and i.started_at < statement_timestamp() - ? * interval '1 millisecond'
          and (i.session_id, i.id, i.attempt) not in (select session_id, id, attempt from named)
        limit 1
      ) one
      """
          .transform(StateCode::resolve);

  private final EngineDatabase database;

  UndeliveredStore(EngineDatabase database) {
    this.database = database;
  }

  /**
   * Returns the sessions with a running attempt that their worker does not name.
   *
   * @param named the attempts that the worker of each session holds
   * @param deliveryTime how long the delivery of a claimed attempt may take
   */
  List<UUID> sessionsWithUndelivered(
      Map<UUID, ? extends Collection<AttemptRef>> named, Duration deliveryTime) {
    List<UUID> holders = new ArrayList<>();
    List<AttemptRef> held = new ArrayList<>();
    named.forEach(
        (session, attempts) ->
            attempts.forEach(
                attempt -> {
                  holders.add(session);
                  held.add(attempt);
                }));
    return database.autocommit(
        connection ->
            SqlStatement.of(connection, UNDELIVERED)
                .uuids(holders)
                .bigints(held.stream().map(AttemptRef::instance).toList())
                .ints(held.stream().map(AttemptRef::attempt).toList())
                .uuids(named.keySet())
                .with(deliveryTime.toMillis())
                .list(row -> row.getObject("id", UUID.class)));
  }
}
