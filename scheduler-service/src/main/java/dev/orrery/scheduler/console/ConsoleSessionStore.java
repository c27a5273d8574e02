package dev.orrery.scheduler.console;

import dev.orrery.scheduler.database.EngineDatabase;
import dev.orrery.scheduler.database.SqlStatement;
import dev.orrery.scheduler.security.TokenHash;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The rows of console sessions and of their one-time links. */
@ApplicationScoped
class ConsoleSessionStore {
  /** Of one token; sessions and links are counted apart. */
  static final int MAX_OF_TOKEN = 100;

  /**
   * The oldest of the token go, so that no caller fills the table. The index of tokens finds them,
   * with at most as many entries as a token may have, and those that expired since the last
   * housekeeping. Two at once may leave one too many, until the next.
   */
  private static final String INSERT =
      """
      with excess as (
        delete from console_session where hash = any(array(
          select hash from console_session where token_hash = ? and link = ?
          order by token_hash, link, created_at desc offset ?))
      )
      insert into console_session (hash, token_hash, link, expires_at)
      values (?, ?, ?, statement_timestamp() + ? * interval '1 second')
      returning expires_at
      """;

  /** A probe of the primary key for each session, at most every five seconds. */
  private static final String FIND =
      """
      select hash, token_hash, expires_at from console_session
      where hash = any(?) and not link and expires_at > statement_timestamp()
      """;

  private static final String END = "delete from console_session where hash = ? and not link";

  /** Of two at once, on whatever replica, one deletes the row, and the other gets none. */
  private static final String REDEEM =
      """
      delete from console_session where hash = ? and link
      returning token_hash, expires_at > statement_timestamp() as valid
      """;

  private static final String PRUNE =
      """
      delete from console_session where hash = any(array(
        select hash from console_session where expires_at < statement_timestamp()
        order by expires_at limit ?))
      """;

  private final EngineDatabase database;

  ConsoleSessionStore(EngineDatabase database) {
    this.database = database;
  }

  /**
   * Writes a session; the oldest ones of the token go, if there are {@link #MAX_OF_TOKEN} already.
   *
   * @return when it expires
   */
  Instant insertSession(TokenHash hash, TokenHash token, Duration life) {
    return insert(hash, token, false, life);
  }

  /** The same for a link. */
  Instant insertLink(TokenHash hash, TokenHash token, Duration life) {
    return insert(hash, token, true, life);
  }

  private Instant insert(TokenHash hash, TokenHash token, boolean link, Duration life) {
    return database.autocommit(
        connection ->
            SqlStatement.of(connection, INSERT)
                .with(token.bytes())
                .with(link)
                .with(MAX_OF_TOKEN - 1)
                .with(hash.bytes())
                .with(token.bytes())
                .with(link)
                .with(life.toSeconds())
                .first(row -> SqlStatement.instant(row, "expires_at"))
                .orElseThrow());
  }

  /** Those sessions that have not ended or expired. */
  Map<TokenHash, ConsoleSession> find(Collection<TokenHash> hashes) {
    return database.autocommit(
        connection -> {
          Map<TokenHash, ConsoleSession> sessions = new HashMap<>();
          SqlStatement.of(connection, FIND)
              .bytes(TokenHash.bytes(hashes))
              .list(row -> sessions.put(TokenHash.of(row.getBytes("hash")), session(row)));
          return sessions;
        });
  }

  private static ConsoleSession session(ResultSet row) throws SQLException {
    return new ConsoleSession(
        TokenHash.of(row.getBytes("token_hash")), SqlStatement.instant(row, "expires_at"));
  }

  void end(TokenHash hash) {
    database.autocommit(connection -> SqlStatement.of(connection, END).with(hash.bytes()).update());
  }

  /** Uses up a link; returns the token that it stands for, unless it is used, expired or wrong. */
  Optional<TokenHash> redeem(TokenHash link) {
    return database
        .autocommit(
            connection ->
                SqlStatement.of(connection, REDEEM)
                    .with(link.bytes())
                    .first(
                        row ->
                            row.getBoolean("valid")
                                ? Optional.of(TokenHash.of(row.getBytes("token_hash")))
                                : Optional.<TokenHash>empty()))
        .flatMap(token -> token);
  }

  /** Deletes what has expired. */
  void prune() {
    database.deleteInSteps(PRUNE);
  }
}
