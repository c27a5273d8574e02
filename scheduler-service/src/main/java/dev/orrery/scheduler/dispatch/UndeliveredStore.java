package dev.orrery.scheduler.dispatch;

import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.scheduler.database.EngineDatabase;
import dev.orrery.scheduler.database.SqlStatement;
import dev.orrery.scheduler.database.StateCode;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Finds attempts that their own workers do not name. */
@ApplicationScoped
class UndeliveredStore {
  /** NOT IN, since that is hashed whatever sizes are expected. */
  private static final String UNHEARD =
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
   * The sessions that have a running attempt which is not named for them.
   *
   * @param named all that each session's worker has
   * @param hearing how long a worker may take to hear of an attempt
   */
  List<UUID> unheard(Map<UUID, ? extends Collection<AttemptRef>> named, Duration hearing) {
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
            SqlStatement.of(connection, UNHEARD)
                .uuids(holders)
                .bigints(held.stream().map(AttemptRef::instance).toList())
                .ints(held.stream().map(AttemptRef::attempt).toList())
                .uuids(named.keySet())
                .with(hearing.toMillis())
                .list(row -> row.getObject("id", UUID.class)));
  }
}
