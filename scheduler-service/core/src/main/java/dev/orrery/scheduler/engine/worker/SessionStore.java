package dev.orrery.scheduler.engine.worker;

import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.protocol.message.WorkerOffer;
import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.SqlStatement;
import dev.orrery.scheduler.base.database.StateCode;
import dev.orrery.scheduler.base.hint.Hint.CancelRequested;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Creates and reads session rows. */
@ApplicationScoped
class SessionStore {
  /**
   * A handshake whose answer was lost is repeated with the same id, and continues its session. An
   * id that another worker has, or that has ended, opens none.
   */
  private static final String OPEN =
      """
      insert into worker_session (id, app_id, worker, software_version, protocol, dialect,
        api_version, tags, processors, capacity, lease_until)
      values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, statement_timestamp() + ? * interval '1 millisecond')
      on conflict (id) do update set protocol = excluded.protocol, dialect = excluded.dialect,
        api_version = excluded.api_version, lease_until = excluded.lease_until
        where worker_session.ended_at is null and worker_session.app_id = excluded.app_id
          and worker_session.worker = excluded.worker
      returning statement_timestamp() as now
      """;

  private static final String FIND =
      """
      select id, app_id, worker, tags, processors, capacity, ended_at is not null as ended,
        (extract(epoch from lease_until - statement_timestamp()) * 1000)::bigint as remaining_millis
      from worker_session where id = any(?)
      """;

  private static final String LIVE =
      "select id from worker_session where id = any(?) and ended_at is null";

  private static final String CANCELS =
      """
      select session_id, id, attempt from instance
      where session_id = any(?) and state = :RUNNING and cancel_requested_at is not null
      """
          .transform(StateCode::resolve);

  private final EngineDatabase database;

  SessionStore(EngineDatabase database) {
    this.database = database;
  }

  record Stored(
      int appId,
      String worker,
      Capabilities capabilities,
      int capacity,
      boolean ended,
      Duration leaseRemaining) {}

  /**
   * The agreed terms of a session, in addition to the offer.
   *
   * @param protocol canonical name
   * @param dialect canonical name
   */
  record Terms(String protocol, String dialect, int version) {}

  /** Returns the database's clock; empty if the id is that of another worker, or has ended. */
  Optional<Instant> open(
      UUID id,
      int appId,
      WorkerOffer offer,
      Terms terms,
      Capabilities capabilities,
      Duration lease) {
    return database.autocommit(
        connection ->
            SqlStatement.of(connection, OPEN)
                .with(id)
                .with(appId)
                .withText(offer.name())
                .withText(offer.softwareVersion())
                .withText(terms.protocol())
                .withText(terms.dialect())
                .with(terms.version())
                .texts(capabilities.tags())
                .texts(capabilities.processors())
                .with(offer.capacity())
                .with(lease.toMillis())
                .first(row -> SqlStatement.instant(row, "now")));
  }

  /** Returns the existing sessions by their ids, including ended ones. */
  Map<UUID, Stored> find(Collection<UUID> ids) {
    Map<UUID, Stored> found = new HashMap<>();
    database
        .autocommit(
            connection ->
                SqlStatement.of(connection, FIND)
                    .uuids(ids)
                    .list(row -> Map.entry(row.getObject("id", UUID.class), stored(row))))
        .forEach(session -> found.put(session.getKey(), session.getValue()));
    return found;
  }

  Set<UUID> liveAmong(Collection<UUID> ids) {
    return new HashSet<>(
        database.autocommit(
            connection ->
                SqlStatement.of(connection, LIVE)
                    .uuids(ids)
                    .list(row -> row.getObject("id", UUID.class))));
  }

  /** Returns the attempts of these sessions that must stop. */
  List<CancelRequested> cancelsOf(Collection<UUID> sessions) {
    return database.autocommit(
        connection ->
            SqlStatement.of(connection, CANCELS)
                .uuids(sessions)
                .list(
                    row ->
                        new CancelRequested(
                            row.getObject("session_id", UUID.class),
                            new AttemptRef(row.getLong("id"), row.getInt("attempt")))));
  }

  private static Stored stored(ResultSet row) throws SQLException {
    int appId = row.getInt("app_id");
    return new Stored(
        appId,
        row.getString("worker"),
        new Capabilities(
            appId,
            SqlStatement.list(row, "processors", String.class),
            SqlStatement.list(row, "tags", String.class)),
        row.getInt("capacity"),
        row.getBoolean("ended"),
        Duration.ofMillis(Math.max(0, row.getLong("remaining_millis"))));
  }
}
