package dev.orrery.scheduler.http.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.base.problem.ProblemTexts;
import dev.orrery.scheduler.base.time.SettableTicker;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TokenCacheTest {
  private static final TokenHash TOKEN = TokenHash.of("of an app");
  private static final Caller OWNER = new Caller(Role.VIEWER, 1, "app");

  private static final Instant NOON = Instant.parse("2026-05-01T12:00:00Z");

  private final Map<TokenHash, StoredToken> stored = new HashMap<>();
  private int queries;
  private Instant now = NOON;
  private final TokenCache tokens =
      new TokenCache(
          new TokenStore(null) {
            @Override
            Map<TokenHash, StoredToken> find(Collection<TokenHash> hashes) {
              queries++;
              Map<TokenHash, StoredToken> found = new HashMap<>(stored);
              found.keySet().retainAll(hashes);
              return found;
            }
          },
          new FixedSecurityConfig("of the admin"),
          () -> now,
          new SettableTicker());

  @Test
  void cachesFoundTokenUntilCacheIsCleared() {
    stored.put(TOKEN, new StoredToken(OWNER, null));

    assertThat(tokens.find(TOKEN)).contains(OWNER);
    assertThat(tokens.remembered(TOKEN)).contains(OWNER);
    assertThat(tokens.wasJustRefused(TOKEN)).isFalse();

    tokens.forget();
    assertThat(tokens.remembered(TOKEN)).isEmpty();
  }

  @Test
  void cachesTokenRefusalUntilCacheIsCleared() {
    assertThat(tokens.find(TOKEN)).isEmpty();
    assertThat(tokens.wasJustRefused(TOKEN)).isTrue();
    assertThat(tokens.remembered(TOKEN)).isEmpty();

    tokens.forget();
    assertThat(tokens.wasJustRefused(TOKEN)).isFalse();
  }

  @Test
  void forgetsOnlyRevokedToken() {
    TokenHash other = TokenHash.of("of another app");
    stored.put(TOKEN, new StoredToken(OWNER, null));
    stored.put(other, new StoredToken(OWNER, null));
    tokens.find(TOKEN);
    tokens.find(other);

    tokens.forget(TOKEN);

    assertThat(tokens.remembered(TOKEN)).isEmpty();
    assertThat(tokens.remembered(other)).contains(OWNER);
  }

  @Test
  void refusesCachedTokenOnceItExpires() {
    stored.put(TOKEN, new StoredToken(OWNER, NOON.plusMillis(1)));
    assertThat(tokens.find(TOKEN)).contains(OWNER);
    assertThat(tokens.remembered(TOKEN)).contains(OWNER);
    assertThat(tokens.wasJustRefused(TOKEN)).isFalse();

    now = NOON.plusMillis(1);

    assertThat(tokens.remembered(TOKEN)).isEmpty();
    assertThat(tokens.wasJustRefused(TOKEN)).as("refused without a query").isTrue();
    assertThat(queries).isOne();
    assertThat(tokens.refusal(TOKEN).problem().detail())
        .isEqualTo("This token expired at 2026-05-01T12:00:00.001Z. Create a new one.");
  }

  @Test
  void refusesExpiredStoredToken() {
    stored.put(TOKEN, new StoredToken(OWNER, NOON));

    assertThat(tokens.find(TOKEN)).isEmpty();
    assertThat(tokens.refusal(TOKEN).problem().detail()).startsWith("This token expired at ");
    assertThat(tokens.refusal(TokenHash.of("unknown")).problem().detail())
        .isEqualTo(ProblemTexts.UNKNOWN_TOKEN);
  }

  @Test
  void recognizesAdminTokenWithoutQuery() {
    assertThat(tokens.remembered(TokenHash.of("of the admin"))).contains(Caller.ADMIN);
  }
}
