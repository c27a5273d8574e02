package dev.orrery.scheduler.http.security;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.base.database.DatabaseCache;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.base.problem.ProblemTexts;
import dev.orrery.scheduler.base.time.Ticker;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the owner of a token without a query per request.
 *
 * <p>An entry lives at most five seconds, so a revoked token stops working within that time on
 * every replica, and at once on the replica that revoked it. An entry contains the expiry of its
 * token; each replica refuses an expired token by its own clock.
 */
@ApplicationScoped
public class TokenCache implements DatabaseCache {
  private final TokenStore store;
  private final TokenHash adminToken;
  private final InstantSource clock;
  private final CredentialCache<StoredToken> stored;
  private final LookupLimit unknown = new LookupLimit();

  /** Tokens that were valid within the last ten minutes; their lookups are not limited. */
  private final Cache<TokenHash, Boolean> validBefore =
      Caffeine.newBuilder().expireAfterWrite(Duration.ofMinutes(10)).maximumSize(10_000).build();

  TokenCache(TokenStore store, SecurityConfig config, InstantSource clock, Ticker ticker) {
    this.store = store;
    this.adminToken = TokenHash.of(config.adminToken());
    this.clock = clock;
    this.stored = new CredentialCache<>(ticker);
  }

  /** Returns the cached caller; never blocks. */
  public Optional<Caller> remembered(TokenHash hash) {
    return hash.matches(adminToken)
        ? Optional.of(Caller.ADMIN)
        : stored.remembered(hash).filter(this::isValid).map(StoredToken::owner);
  }

  private boolean isValid(StoredToken token) {
    return !token.hasExpired(clock.instant());
  }

  boolean wasJustRefused(TokenHash hash) {
    return stored.wasJustRefused(hash) || expiry(hash).isPresent();
  }

  /** Returns the expiry of a cached token that has expired. */
  private Optional<Instant> expiry(TokenHash hash) {
    return stored
        .remembered(hash)
        .filter(token -> token.hasExpired(clock.instant()))
        .map(StoredToken::expiresAt);
  }

  /** The refusal of a token that was not found, or has expired. */
  ProblemException refusal(TokenHash hash) {
    return expiry(hash)
        .map(TokenCache::expired)
        .orElseGet(
            () -> ProblemException.of(ErrorCode.UNAUTHENTICATED, ProblemTexts.UNKNOWN_TOKEN));
  }

  static ProblemException expired(Instant expiry) {
    return ProblemException.of(
        ErrorCode.UNAUTHENTICATED, "This token expired at " + expiry + ". Create a new one.");
  }

  /**
   * A cached token.
   *
   * @param age since it was read
   * @param expiresAt null if it does not expire
   */
  record CachedProof(Duration age, Instant expiresAt) {}

  /** Returns what is cached of a token; empty if nothing is, or if it is expired. */
  Optional<CachedProof> proof(TokenHash hash) {
    // The age first: an entry that is replaced in between is younger, and has the same expiry.
    return stored
        .age(hash)
        .flatMap(
            age ->
                stored
                    .remembered(hash)
                    .filter(this::isValid)
                    .map(token -> new CachedProof(age, token.expiresAt())));
  }

  /**
   * Reserves a lookup, before a thread runs {@link #find}.
   *
   * @return the action that ends the reservation
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

  /** Queries the database; blocks. */
  public Optional<Caller> find(TokenHash hash) {
    Optional<Caller> found =
        stored.find(hash, store::find).filter(this::isValid).map(StoredToken::owner);
    if (found.isPresent()) {
      validBefore.put(hash, Boolean.TRUE);
    } else {
      validBefore.invalidate(hash);
    }
    return found;
  }

  /**
   * Queries the database for these tokens; blocks. Returns those that exist; they may be expired.
   */
  Map<TokenHash, StoredToken> refresh(Collection<TokenHash> hashes) {
    return stored.refresh(hashes, store::find);
  }

  /** Makes the next request with this token query the database. */
  public void forget(TokenHash hash) {
    stored.forget(hash);
  }

  @Override
  public void forget() {
    stored.forget();
  }
}
