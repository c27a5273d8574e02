package dev.orrery.scheduler.security;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.orrery.scheduler.problem.ProblemException;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
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
  private final LookupLimit unknown = new LookupLimit();

  /** Tokens that were valid within ten minutes; their look-ups are not those of strangers. */
  private final Cache<TokenHash, Boolean> validBefore =
      Caffeine.newBuilder().expireAfterWrite(Duration.ofMinutes(10)).maximumSize(10_000).build();

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

  /**
   * Takes a place for a look-up, before {@link #find} is given to a thread.
   *
   * @return the action that gives the place back
   * @throws ProblemException {@code OVERLOADED} if too many unknown tokens are being looked up
   */
  Runnable beginLookup(TokenHash hash) {
    if (validBefore.getIfPresent(hash) != null) {
      return () -> {};
    }
    if (!unknown.begin(hash)) {
      throw ProblemException.overloaded("Too many unknown tokens are being looked up.");
    }
    return () -> unknown.end(hash);
  }

  /** Asks the database; blocks. */
  public Optional<Caller> find(TokenHash hash) {
    Optional<Caller> found = callers.find(hash, store::find);
    if (found.isPresent()) {
      validBefore.put(hash, Boolean.TRUE);
    } else {
      validBefore.invalidate(hash);
    }
    return found;
  }

  /** Has the next request of this token ask the database. */
  public void forget(TokenHash hash) {
    callers.forget(hash);
  }

  /** Forgets all that is remembered; the next request of each token asks the database. */
  public void forget() {
    callers.forget();
  }
}
