package dev.orrery.scheduler.security;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/**
 * Finds the owner of a token without a query per request.
 *
 * <p>What is remembered lives five seconds at most, so a revoked token dies within that time on
 * every replica; on the replica that revoked it, at once.
 */
@ApplicationScoped
public class TokenCache {
  private final TokenStore store;
  private final TokenHash adminToken;
  private final CredentialCache<Caller> callers = new CredentialCache<>();

  TokenCache(TokenStore store, SecurityConfig config) {
    this.store = store;
    this.adminToken = TokenHash.of(config.adminToken());
  }

  /** What is known without asking the database; never blocks. */
  public Optional<Caller> remembered(TokenHash hash) {
    return hash.matches(adminToken) ? Optional.of(Caller.ADMIN) : callers.remembered(hash);
  }

  boolean wasJustRefused(TokenHash hash) {
    return callers.wasJustRefused(hash);
  }

  /** Asks the database; blocks. */
  public Optional<Caller> find(TokenHash hash) {
    return callers.find(hash, store::find);
  }

  /** Forgets all that is remembered; the next request of each token asks the database. */
  public void forget() {
    callers.forget();
  }
}
