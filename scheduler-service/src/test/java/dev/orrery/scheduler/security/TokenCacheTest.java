package dev.orrery.scheduler.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TokenCacheTest {
  private static final TokenHash TOKEN = TokenHash.of("of an app");
  private static final Caller OWNER = new Caller(Role.VIEWER, 1, "app");

  private final Map<TokenHash, Caller> stored = new HashMap<>();
  private final TokenCache tokens =
      new TokenCache(
          new TokenStore(null) {
            @Override
            Map<TokenHash, Caller> find(Collection<TokenHash> hashes) {
              Map<TokenHash, Caller> found = new HashMap<>(stored);
              found.keySet().retainAll(hashes);
              return found;
            }
          },
          () -> "of the admin");

  @Test
  void foundTokenIsRememberedUntilAllAreForgotten() {
    stored.put(TOKEN, OWNER);

    assertThat(tokens.find(TOKEN)).contains(OWNER);
    assertThat(tokens.remembered(TOKEN)).contains(OWNER);
    assertThat(tokens.wasJustRefused(TOKEN)).isFalse();

    tokens.forget();
    assertThat(tokens.remembered(TOKEN)).isEmpty();
  }

  @Test
  void refusalIsRememberedUntilAllAreForgotten() {
    assertThat(tokens.find(TOKEN)).isEmpty();
    assertThat(tokens.wasJustRefused(TOKEN)).isTrue();
    assertThat(tokens.remembered(TOKEN)).isEmpty();

    tokens.forget();
    assertThat(tokens.wasJustRefused(TOKEN)).isFalse();
  }

  @Test
  void revokedTokenAloneIsForgotten() {
    TokenHash other = TokenHash.of("of another app");
    stored.put(TOKEN, OWNER);
    stored.put(other, OWNER);
    tokens.find(TOKEN);
    tokens.find(other);

    tokens.forget(TOKEN);

    assertThat(tokens.remembered(TOKEN)).isEmpty();
    assertThat(tokens.remembered(other)).contains(OWNER);
  }

  @Test
  void adminTokenNeedsNoQuery() {
    assertThat(tokens.remembered(TokenHash.of("of the admin"))).contains(Caller.ADMIN);
  }
}
