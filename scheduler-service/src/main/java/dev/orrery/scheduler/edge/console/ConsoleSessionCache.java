package dev.orrery.scheduler.edge.console;

import dev.orrery.scheduler.base.database.DatabaseCache;
import dev.orrery.scheduler.base.time.Ticker;
import dev.orrery.scheduler.http.security.BrowserSessions;
import dev.orrery.scheduler.http.security.Caller;
import dev.orrery.scheduler.http.security.CredentialCache;
import dev.orrery.scheduler.http.security.TokenCache;
import dev.orrery.scheduler.http.security.TokenHash;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the caller of a console session without a query per request. A session that ends on another
 * replica ends here within five seconds, like a token. Looks up the token as if the request had
 * sent it, so the revocation of a token ends its sessions as fast as its own requests.
 */
@ApplicationScoped
public class ConsoleSessionCache implements BrowserSessions, DatabaseCache {
  private final ConsoleSessionStore store;
  private final TokenCache tokens;
  private final CredentialCache<ConsoleSession> sessions;

  ConsoleSessionCache(ConsoleSessionStore store, TokenCache tokens, Ticker ticker) {
    this.store = store;
    this.tokens = tokens;
    this.sessions = new CredentialCache<>(ticker);
  }

  /** Returns the caller if it is cached; never blocks. */
  Optional<Caller> remembered(TokenHash hash) {
    return sessions
        .remembered(hash)
        .flatMap(session -> tokens.remembered(session.token()))
        .map(caller -> caller.in(hash));
  }

  boolean wasJustRefused(TokenHash hash) {
    return sessions.wasJustRefused(hash);
  }

  /** Returns the caller; may query the database, and block. */
  Optional<Caller> find(TokenHash hash) {
    return session(hash).flatMap(session -> caller(session.token())).map(caller -> caller.in(hash));
  }

  /** Returns the session; may block. */
  Optional<ConsoleSession> session(TokenHash hash) {
    return sessions.remembered(hash).or(() -> sessions.find(hash, store::find));
  }

  @Override
  public Set<TokenHash> liveAmong(Collection<TokenHash> hashes) {
    return sessions.refresh(hashes, store::find).keySet();
  }

  /** Returns the owner of a token; may block. */
  Optional<Caller> caller(TokenHash token) {
    return tokens.remembered(token).or(() -> tokens.find(token));
  }

  @Override
  public void forget() {
    sessions.forget();
  }

  /** Removes the session from the cache, so that its next request queries the database. */
  void forget(TokenHash hash) {
    sessions.forget(hash);
  }
}
