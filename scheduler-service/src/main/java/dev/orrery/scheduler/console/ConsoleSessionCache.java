package dev.orrery.scheduler.console;

import dev.orrery.scheduler.security.Caller;
import dev.orrery.scheduler.security.CredentialCache;
import dev.orrery.scheduler.security.TokenCache;
import dev.orrery.scheduler.security.TokenHash;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/**
 * Finds the caller behind a session without a query per request. A session that is ended on another
 * replica dies here within five seconds, like a token; the token itself is looked up as if the
 * request had it, so that a revocation ends its sessions as soon as its own requests.
 */
@ApplicationScoped
public class ConsoleSessionCache {
  private final ConsoleSessionStore store;
  private final TokenCache tokens;
  private final CredentialCache<ConsoleSession> sessions = new CredentialCache<>();

  ConsoleSessionCache(ConsoleSessionStore store, TokenCache tokens) {
    this.store = store;
    this.tokens = tokens;
  }

  /** The caller, if it is known without asking the database; never blocks. */
  Optional<Caller> remembered(TokenHash hash) {
    return sessions.remembered(hash).flatMap(session -> tokens.remembered(session.token()));
  }

  boolean wasJustRefused(TokenHash hash) {
    return sessions.wasJustRefused(hash);
  }

  /** The caller; asks the database, and blocks. */
  Optional<Caller> find(TokenHash hash) {
    return session(hash).flatMap(session -> caller(session.token()));
  }

  /** The session; may block. */
  Optional<ConsoleSession> session(TokenHash hash) {
    return sessions.remembered(hash).or(() -> sessions.find(hash, store::find));
  }

  /** The owner of a token; may block. */
  Optional<Caller> caller(TokenHash token) {
    return tokens.remembered(token).or(() -> tokens.find(token));
  }

  /** Has the next request of each session ask the database. */
  public void forget() {
    sessions.forget();
  }

  /** Has the next request of the session ask the database. */
  void forget(TokenHash hash) {
    sessions.forget(hash);
  }
}
