package dev.orrery.scheduler.model.app;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.http.security.CallerWatch;
import dev.orrery.scheduler.http.security.Role;
import dev.orrery.scheduler.http.security.TokenCache;
import dev.orrery.scheduler.http.security.TokenGenerator;
import dev.orrery.scheduler.http.security.TokenHash;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/** Creates, lists and revokes the tokens of an app. */
@ApplicationScoped
public class TokenService {
  private static final int MAX_OF_AN_APP = 1000;

  private final TokenCache tokens;
  private final CallerWatch watch;
  private final InstantSource clock;

  TokenService(TokenCache tokens, CallerWatch watch, InstantSource clock) {
    this.tokens = tokens;
    this.watch = watch;
    this.clock = clock;
  }

  /** A created token with its secret, which is not shown again. */
  record Created(long id, String token) {
    @Override
    public String toString() {
      return "Created[" + id + "]";
    }
  }

  /**
   * Creates a token.
   *
   * @param name null for none
   * @param expiresAt null if it does not expire
   * @throws ProblemException {@code INVALID} if it would already be expired, or if the app has
   *     {@link #MAX_OF_AN_APP}
   */
  @Transactional
  Created create(int appId, Role role, String name, Instant expiresAt) {
    if (expiresAt != null && !expiresAt.isAfter(clock.instant())) {
      throw ProblemException.invalid(
          "expiresAt", "'expiresAt' must be in the future; got '" + expiresAt + "'.");
    }
    App.locked(appId);
    long live = AppToken.countLive(appId, clock.instant());
    if (live >= MAX_OF_AN_APP) {
      throw ProblemException.invalid(
          "role",
          "'role' makes one more token; the app has %d, at most %d. Revoke those that are not used."
              .formatted(live, MAX_OF_AN_APP));
    }
    String secret = TokenGenerator.newToken();
    AppToken token = new AppToken();
    token.appId = appId;
    token.role = role.canonicalName();
    token.name = name;
    token.expiresAt = expiresAt;
    token.hash = TokenHash.of(secret).bytes();
    token.persistAndFlush();
    return new Created(token.id, secret);
  }

  @Transactional
  List<AppToken> list(int appId, long afterId, int limit) {
    return AppToken.page(appId, afterId, limit);
  }

  /** Revokes all tokens of an app; the caller must call {@link #forgetAllOf} after its commit. */
  @Transactional
  public void revokeAllOf(int appId) {
    AppToken.update(
        "revokedAt = ?1 where appId = ?2 and revokedAt is null", clock.instant(), appId);
  }

  /**
   * Makes this replica refuse the tokens of a deleted app, and ends their waiting calls; must be
   * called after the commit. Other replicas follow within five seconds.
   */
  public void forgetAllOf(int appId) {
    tokens.forget();
    watch.appDeleted(appId);
  }

  /**
   * Revokes the token, and ends its waiting calls: on this replica immediately, on others within
   * five seconds.
   */
  void revoke(int appId, long id) {
    TokenHash token = markRevoked(appId, id);
    tokens.forget(token);
    watch.tokenRevoked(token);
  }

  /** Returns the hash of the token; the caller must remove it from the cache after the commit. */
  @Transactional
  TokenHash markRevoked(int appId, long id) {
    AppToken token =
        AppToken.live(appId, id)
            .orElseThrow(
                () -> ProblemException.of(ErrorCode.NOT_FOUND, "There is no token " + id + "."));
    token.revokedAt = clock.instant();
    return TokenHash.of(token.hash);
  }
}
