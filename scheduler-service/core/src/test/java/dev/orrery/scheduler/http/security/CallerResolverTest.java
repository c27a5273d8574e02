package dev.orrery.scheduler.http.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.base.database.DatabaseFailures;
import dev.orrery.scheduler.base.problem.Failed;
import dev.orrery.scheduler.base.time.SettableTicker;
import dev.orrery.scheduler.model.commit.ManualExecutor;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Callers of tokens, depending on the answers of the database. */
class CallerResolverTest {
  private static final int MAX_LOOKUPS = LookupLimit.MAX_TOKENS;

  private static final Instant NOW = Instant.parse("2026-05-01T12:00:00Z");

  private Optional<Caller> stored = Optional.empty();
  private Instant expiresAt;
  private RuntimeException failure;
  private final ManualExecutor executor = new ManualExecutor();
  private final TokenCache cache =
      new TokenCache(
          new TokenStore(null) {
            @Override
            Map<TokenHash, StoredToken> find(Collection<TokenHash> hashes) {
              if (failure != null) {
                throw failure;
              }
              Map<TokenHash, StoredToken> found = new HashMap<>();
              stored.ifPresent(
                  caller ->
                      hashes.forEach(hash -> found.put(hash, new StoredToken(caller, expiresAt))));
              return found;
            }
          },
          new FixedSecurityConfig("of the admin"),
          () -> NOW,
          new SettableTicker());
  private final CallerResolver callers = new CallerResolver(cache, executor);

  @Test
  void looksUpWorkerTokenOnce() {
    stored = Optional.of(new Caller(Role.WORKER, 1, "app"));

    assertThat(resolved("token").join()).isEqualTo(stored.get());
    assertThat(stored.get().isWorker()).isTrue();
    assertThat(callers.find("token")).isCompletedWithValue(stored.get());
  }

  @Test
  void distinguishesWorkerTokensFromTokensWithDifferentRoles() {
    stored = Optional.of(new Caller(Role.OPERATOR, 1, "app"));

    assertThat(resolved("token").join().isWorker()).isFalse();
    assertThat(callers.find("token").join().isWorker()).isFalse();
    assertThat(callers.find("of the admin").join().isWorker()).isFalse();
  }

  @Test
  void refusesUnknownTokenWithoutSecondLookup() {
    Failed.with(ErrorCode.UNAUTHENTICATED, resolved("token"));
    Failed.with(ErrorCode.UNAUTHENTICATED, callers.find("token"));
    Failed.with(ErrorCode.UNAUTHENTICATED, callers.find(""));
    assertThat(executor.waiting()).isZero();
  }

  @Test
  void refusesExpiredTokenWithoutSecondLookup() {
    stored = Optional.of(new Caller(Role.WORKER, 1, "app"));
    expiresAt = NOW.minusSeconds(1);

    CompletableFuture<Caller> refused = resolved("token");

    Failed.with(ErrorCode.UNAUTHENTICATED, refused);
    assertThatThrownBy(refused::join)
        .hasMessageContaining("This token expired at 2026-05-01T11:59:59Z.");
    Failed.with(ErrorCode.UNAUTHENTICATED, callers.find("token"));
    assertThat(executor.waiting()).isZero();
  }

  @Test
  void refusesTokenAsOverloadedAtLookupLimit() {
    for (int lookup = 0; lookup < MAX_LOOKUPS; lookup++) {
      assertThat(callers.find("token-" + lookup)).isNotDone();
    }

    Failed.with(ErrorCode.OVERLOADED, callers.find("one more"));
  }

  @Test
  void releasesLookupSlotAfterAnswerOrFailure() {
    failure = DatabaseFailures.outage();
    for (int lookup = 0; lookup < MAX_LOOKUPS; lookup++) {
      assertThat(resolved("token-" + lookup)).isCompletedExceptionally();
    }
    failure = null;
    for (int lookup = 0; lookup < MAX_LOOKUPS; lookup++) {
      Failed.with(ErrorCode.UNAUTHENTICATED, resolved("token-" + lookup));
    }

    stored = Optional.of(new Caller(Role.WORKER, 1, "app"));
    assertThat(resolved("token")).isCompletedWithValue(stored.get());
  }

  @Test
  void admitsPreviouslyValidTokenDuringFloodOfUnknownTokens() {
    stored = Optional.of(new Caller(Role.WORKER, 1, "app"));
    resolved("token").join();
    cache.forget();
    stored = Optional.empty();
    for (int lookup = 0; lookup < MAX_LOOKUPS; lookup++) {
      assertThat(callers.find("token-" + lookup)).isNotDone();
    }

    assertThat(callers.find("token")).isNotDone();
  }

  @Test
  void countsConcurrentCallsOfSameTokenAsSingleLookup() {
    for (int call = 0; call < 2 * MAX_LOOKUPS; call++) {
      assertThat(callers.find("token")).isNotDone();
    }

    assertThat(callers.find("another")).isNotDone();
  }

  @Test
  void limitsConcurrentCallsOfSameUnknownToken() {
    for (int call = 0; call < LookupLimit.MAX_CALLS; call++) {
      assertThat(callers.find("token")).isNotDone();
    }

    Failed.with(ErrorCode.OVERLOADED, callers.find("token"));
    executor.runAll();
    assertThat(callers.find("another")).isNotDone();
  }

  private CompletableFuture<Caller> resolved(String token) {
    CompletableFuture<Caller> caller = callers.find(token);
    executor.runAll();
    return caller;
  }
}
