package dev.orrery.scheduler.http.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.base.database.DatabaseException;
import dev.orrery.scheduler.base.lifecycle.ProgressWatch;
import dev.orrery.scheduler.base.lifecycle.StalledSeconds;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.base.time.SettableTicker;
import dev.orrery.scheduler.model.commit.ManualExecutor;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CallerWatchTest {
  private static final Instant NOON = Instant.parse("2026-05-01T12:00:00Z");
  private static final TokenHash TOKEN = TokenHash.of("of an app");
  private static final TokenHash SESSION = TokenHash.of("of a browser");
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final Map<TokenHash, StoredToken> stored = new HashMap<>();
  private final Set<TokenHash> live = new HashSet<>();
  private final List<Set<TokenHash>> queries = new ArrayList<>();
  private final List<ProblemException> refusals = new ArrayList<>();
  private final SettableTicker ticker = new SettableTicker();
  private final ManualExecutor executor = new ManualExecutor();
  private final MeterRegistry registry = new SimpleMeterRegistry();
  private boolean away;
  private boolean clockFails;
  private Instant now = NOON;
  private int resumed;
  private final TokenCache tokens =
      new TokenCache(
          new TokenStore(null) {
            @Override
            Map<TokenHash, StoredToken> find(Collection<TokenHash> hashes) {
              if (away) {
                throw new DatabaseException(new SQLException("away"));
              }
              queries.add(Set.copyOf(hashes));
              Map<TokenHash, StoredToken> found = new HashMap<>(stored);
              found.keySet().retainAll(hashes);
              return found;
            }
          },
          new FixedSecurityConfig("of the admin"),
          () -> now,
          ticker);
  private final CallerWatch watch =
      new CallerWatch(
          tokens,
          this::liveAmong,
          executor,
          ticker,
          this::instant,
          new ProgressWatch(registry, ticker));

  private Instant instant() {
    if (clockFails) {
      throw new IllegalStateException("on purpose");
    }
    return now;
  }

  private Set<TokenHash> liveAmong(Collection<TokenHash> sessions) {
    Set<TokenHash> found = new HashSet<>(live);
    found.retainAll(sessions);
    return found;
  }

  /** The tests tick. */
  @BeforeEach
  void stopTimer() {
    watch.stop();
  }

  private static Caller owner(TokenHash token, int app) {
    return new Caller(Role.WORKER, app, "app", 1L, CallerCredential.of(token));
  }

  /** Stores the token, and caches it as a call does that authenticates. */
  private Caller authenticated(TokenHash token, int app, Instant expiresAt) {
    stored.put(token, new StoredToken(owner(token, app), expiresAt));
    return tokens.find(token).orElseThrow();
  }

  private WatchedCall watched(Caller caller) {
    return watch.watch(caller, refusals::add, () -> resumed++);
  }

  private void tickAfter(Duration time) {
    ticker.advance(time);
    watch.tick();
    executor.runAll();
  }

  private void assertRefused(String reason) {
    assertThat(refusals).hasSize(1);
    assertThat(refusals.get(0).problem().code()).isEqualTo(ErrorCode.UNAUTHENTICATED);
    assertThat(refusals.get(0).problem().detail()).contains(reason);
  }

  @Test
  void reportsStallWhileTicksFail() {
    assertThat(stalled()).isZero();
    watched(authenticated(TOKEN, 1, NOON.plusSeconds(3600)));
    tickAfter(SECOND);
    assertThat(stalled()).isZero();

    clockFails = true;
    for (int tick = 0; tick < 32; tick++) {
      tickAfter(SECOND);
    }
    assertThat(stalled()).isEqualTo(2);

    clockFails = false;
    for (int tick = 0; tick < 40; tick++) {
      tickAfter(SECOND);
      assertThat(stalled()).isZero();
    }
  }

  private double stalled() {
    return StalledSeconds.of(registry, "callers");
  }

  @Test
  void trustsCachedTokenAndRechecksTokenEveryTwoSeconds() {
    WatchedCall call = watched(authenticated(TOKEN, 1, null));
    assertThat(call.isTrusted()).isTrue();
    queries.clear();

    tickAfter(SECOND);
    assertThat(queries).isEmpty();
    tickAfter(SECOND);
    assertThat(queries).containsExactly(Set.of(TOKEN));
    tickAfter(SECOND);
    assertThat(queries).hasSize(1);
    assertThat(call.isTrusted()).isTrue();
    assertThat(refusals).isEmpty();
    assertThat(resumed).isZero();
  }

  @Test
  void queriesAllTokensAtOnce() {
    List<TokenHash> hashes = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      TokenHash token = TokenHash.of("token " + i);
      hashes.add(token);
      Caller caller = authenticated(token, i, null);
      watched(caller);
      watched(caller);
    }
    queries.clear();

    tickAfter(Duration.ofSeconds(3));

    assertThat(queries).containsExactly(Set.copyOf(hashes));
  }

  @Test
  void refusesTokenThatAnotherReplicaHasRevoked() {
    WatchedCall call = watched(authenticated(TOKEN, 1, null));
    stored.clear();

    tickAfter(Duration.ofSeconds(3));

    assertRefused("it was revoked");
    assertThat(call.isTrusted()).isFalse();
    assertThat(tokens.remembered(TOKEN)).isEmpty();
  }

  @Test
  void trustsTokenForAtMostFiveSecondsDuringDatabaseOutage() {
    WatchedCall call = watched(authenticated(TOKEN, 1, null));
    away = true;

    tickAfter(Duration.ofSeconds(4));
    assertThat(call.isTrusted()).isTrue();
    tickAfter(SECOND);
    assertThat(call.isTrusted()).isFalse();
    assertThat(refusals).isEmpty();

    away = false;
    tickAfter(SECOND);
    assertThat(call.isTrusted()).isTrue();
    assertThat(resumed).isEqualTo(1);
  }

  @Test
  void endsCallsOfRevokedTokenOnly() {
    watched(authenticated(TOKEN, 1, null));
    TokenHash other = TokenHash.of("another");
    WatchedCall stays = watched(authenticated(other, 1, null));

    tokens.forget(TOKEN);
    watch.tokenRevoked(TOKEN);

    assertRefused("it was revoked");
    assertThat(stays.isTrusted()).isTrue();
    assertThat(watch.waiting(TOKEN)).isZero();
    assertThat(watch.waiting(other)).isEqualTo(1);
  }

  @Test
  void endsCallsOfDeletedAppOnly() {
    watched(authenticated(TOKEN, 1, null));
    WatchedCall stays = watched(authenticated(TokenHash.of("another"), 2, null));
    WatchedCall admin = watched(Caller.ADMIN);

    tokens.forget();
    watch.appDeleted(1);

    assertRefused("it was revoked");
    assertThat(stays.isTrusted()).isTrue();
    assertThat(admin.isTrusted()).isTrue();
  }

  @Test
  void refusesWaitingCallAfterTokenRevocation() {
    Caller before = authenticated(TOKEN, 1, null);
    stored.clear();
    tokens.forget(TOKEN);
    watch.tokenRevoked(TOKEN);

    WatchedCall late = watched(before);

    assertThat(late.isTrusted()).isFalse();
    tickAfter(SECOND);
    assertRefused("it was revoked");
    assertThat(resumed).isZero();
  }

  @Test
  void ignoresResultOfTokenQueryStartedBeforeRevocation() {
    WatchedCall call = watched(authenticated(TOKEN, 1, null));
    ticker.advance(Duration.ofSeconds(3));
    watch.tick();

    tokens.forget(TOKEN);
    watch.tokenRevoked(TOKEN);
    executor.runAll();

    assertThat(call.isTrusted()).isFalse();
    assertThat(refusals).hasSize(1);
    assertThat(resumed).isZero();
  }

  @Test
  void refusesTokenAtItsExpiryWithoutQuery() {
    WatchedCall call = watched(authenticated(TOKEN, 1, NOON.plusSeconds(1)));
    queries.clear();
    now = NOON.plusMillis(999);
    assertThat(call.isTrusted()).isTrue();

    now = NOON.plusSeconds(1);

    assertThat(call.isTrusted()).as("before the next tick, too").isFalse();
    watch.tick();
    assertRefused("expired at " + NOON.plusSeconds(1));
    assertThat(queries).isEmpty();
  }

  @Test
  void refusesEndedConsoleSession() {
    live.add(SESSION);
    Caller caller = authenticated(TOKEN, 1, null).in(SESSION);
    watched(caller);
    WatchedCall byToken = watched(owner(TOKEN, 1));
    tickAfter(SECOND);
    assertThat(refusals).isEmpty();

    live.clear();
    tickAfter(Duration.ofSeconds(3));

    assertRefused("session");
    assertThat(byToken.isTrusted()).isTrue();
  }

  @Test
  void endsCallsOfSignedOutSessionAndOfRevokedToken() {
    watched(authenticated(TOKEN, 1, null).in(SESSION));
    watch.signedOut(SESSION);
    assertRefused("session");

    refusals.clear();
    watched(owner(TOKEN, 1).in(TokenHash.of("another browser")));
    watch.tokenRevoked(TOKEN);
    assertRefused("it was revoked");
  }

  @Test
  void endsAllCallsDespiteThrowingRefusalHandlers() {
    Caller caller = authenticated(TOKEN, 1, null);
    for (int i = 0; i < 3; i++) {
      watch.watch(
          caller,
          refusal -> {
            refusals.add(refusal);
            throw new IllegalStateException("A call that fails");
          },
          () -> {});
    }

    watch.tokenRevoked(TOKEN);

    assertThat(refusals).hasSize(3);
  }

  @Test
  void ignoresClosedCallOnRevocation() {
    Caller caller = authenticated(TOKEN, 1, null);
    watched(caller).close();
    assertThat(watch.waiting(TOKEN)).isZero();

    watch.tokenRevoked(TOKEN);

    assertThat(refusals).isEmpty();
    assertThat(executor.waiting()).isZero();
  }
}
