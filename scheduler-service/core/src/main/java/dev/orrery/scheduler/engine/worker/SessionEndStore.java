package dev.orrery.scheduler.engine.worker;

import dev.orrery.scheduler.base.database.SqlStatement;
import dev.orrery.scheduler.base.database.StateCode;
import dev.orrery.scheduler.model.instance.Fence;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The statements that end sessions. Locks the row of a session in a statement of its own, before it
 * reads its instances: a claim in flight also holds that row, so its instances are seen.
 */
final class SessionEndStore {
  /** In the order of worker_session_live, which has no ended session. */
  private static final String LOCK_EXPIRED =
      """
      select id from worker_session
      where ended_at is null and lease_until < statement_timestamp()
      order by id
      limit ?
      for update skip locked
      """;

  private static final String LOCK_LIVE =
      "select id from worker_session where id = ? and ended_at is null for update";

  private static final String END =
      """
      update worker_session set ended_at = statement_timestamp(), end_reason = ?,
        held_count = 0
      where id = any(?)
      returning id, worker, (select name from app where app.id = app_id) as app
      """;

  private static final String HELD =
      "select id, attempt, session_id from instance where session_id = any(?) and state = :RUNNING"
          .transform(StateCode::resolve);

  private static final String ORPHANS =
      """
      select id, attempt, session_id from instance i
      where i.state = :RUNNING
        and not exists (select from worker_session w where w.id = i.session_id and w.ended_at is null)
      limit ?
      """
          .transform(StateCode::resolve);

  private static final String REFUSED_TOKENS =
      """
      select id, case when revoked_at is not null then 'TOKEN_REVOKED' else 'TOKEN_EXPIRED' end
        as refusal
      from token
      where id = any(?) and (revoked_at is not null or expires_at <= statement_timestamp())
      """;

  private SessionEndStore() {}

  static List<UUID> lockExpired(Connection connection, int limit) throws SQLException {
    return SqlStatement.of(connection, LOCK_EXPIRED).with(limit).list(SessionEndStore::session);
  }

  /** Returns an empty list if the session has already ended. */
  static List<UUID> lockLive(Connection connection, UUID session) throws SQLException {
    return SqlStatement.of(connection, LOCK_LIVE).with(session).list(SessionEndStore::session);
  }

  /** A session that was ended, with the names for the log. */
  record EndedSession(UUID id, String app, String worker) {}

  /**
   * Returns why tokens are refused, by their ids, with a probe of the primary key for each. Valid
   * tokens are absent.
   */
  static Map<Long, String> refusals(Connection connection, Collection<Long> tokens)
      throws SQLException {
    Map<Long, String> refusals = new HashMap<>();
    if (!tokens.isEmpty()) {
      SqlStatement.of(connection, REFUSED_TOKENS)
          .bigints(tokens)
          .list(row -> refusals.put(row.getLong("id"), row.getString("refusal")));
    }
    return refusals;
  }

  static List<EndedSession> end(Connection connection, List<UUID> sessions, String reason)
      throws SQLException {
    return SqlStatement.of(connection, END)
        .withText(reason)
        .uuids(sessions)
        .list(row -> new EndedSession(session(row), row.getString("app"), row.getString("worker")));
  }

  static List<Fence> held(Connection connection, List<UUID> sessions) throws SQLException {
    return SqlStatement.of(connection, HELD).uuids(sessions).list(Fence::read);
  }

  /** Running instances whose session has ended; there should be none. */
  static List<Fence> orphans(Connection connection, int limit) throws SQLException {
    return SqlStatement.of(connection, ORPHANS).with(limit).list(Fence::read);
  }

  private static UUID session(ResultSet row) throws SQLException {
    return row.getObject("id", UUID.class);
  }
}
