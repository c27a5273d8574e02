package dev.orrery.scheduler.edge.console;

import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.SqlStatement;
import dev.orrery.scheduler.http.security.TokenHash;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Reads and writes console sessions and their one-time links. */
@ApplicationScoped
class ConsoleSessionStore {
  /** The maximum number of sessions of one token, and also of its links. */
  static final int MAX_OF_TOKEN = 100;

  /**
   * Deletes the oldest rows of the token, so that no caller can fill the table. The index of tokens
   * finds them, and has at most {@link #MAX_OF_TOKEN} sessions and as many links of a token. Two
   * concurrent inserts may leave one row too many until the next insert.
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

  /** A lookup by the primary key for each session, at most every five seconds. */
  private static final String FIND =
      """
      select hash, token_hash, expires_at from console_session
      where hash = any(?) and not link and expires_at > statement_timestamp()
      """;

  private static final String END = "delete from console_session where hash = ? and not link";

  /** Of two concurrent calls, on any replicas, only one deletes the row. */
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
   * Inserts a session; deletes the oldest one of the token if there are {@link #MAX_OF_TOKEN}
   * already.
   *
   * @return the time at which it expires
   */
  Instant insertSession(TokenHash hash, TokenHash token, Duration life) {
    return insert(hash, token, false, life);
  }

  /** Inserts a link in the same way. */
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

  /** Redeems a link; returns its token, or empty if the link is unknown, used or expired. */
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

  void prune() {
    database.deleteInSteps(PRUNE);
  }
}
