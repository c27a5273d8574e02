package dev.orrery.scheduler.security;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
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
  private static final Duration REMEMBERED = Duration.ofSeconds(5);

  /** Short: a token that was just created on another replica must soon be known here. */
  private static final Duration REFUSAL_REMEMBERED = Duration.ofMillis(500);

  private static final int BOUND = 10_000;

  private final TokenStore store;
  private final TokenHash adminToken;
  private final Cache<TokenHash, Caller> known =
      Caffeine.newBuilder().expireAfterWrite(REMEMBERED).maximumSize(BOUND).build();
  private final Cache<TokenHash, Boolean> unknown =
      Caffeine.newBuilder().expireAfterWrite(REFUSAL_REMEMBERED).maximumSize(BOUND).build();

  TokenCache(TokenStore store, SecurityConfig config) {
    this.store = store;
    this.adminToken = TokenHash.of(config.adminToken());
  }

  /** What is known without asking the database; never blocks. */
  Optional<Caller> remembered(TokenHash hash) {
    return hash.matches(adminToken)
        ? Optional.of(Caller.ADMIN)
        : Optional.ofNullable(known.getIfPresent(hash));
  }

  boolean wasJustRefused(TokenHash hash) {
    return unknown.getIfPresent(hash) != null;
  }

  /** Asks the database; blocks. */
  Optional<Caller> find(TokenHash hash) {
    Optional<Caller> caller = store.find(hash);
    if (caller.isPresent()) {
      known.put(hash, caller.get());
    } else {
      unknown.put(hash, Boolean.TRUE);
    }
    return caller;
  }

  /** Forgets all that is remembered; the next request of each token asks the database. */
  public void forget() {
    known.invalidateAll();
    unknown.invalidateAll();
  }
}
