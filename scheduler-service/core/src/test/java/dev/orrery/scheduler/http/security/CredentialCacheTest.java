package dev.orrery.scheduler.http.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.base.time.SettableTicker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CredentialCacheTest {
  private static final TokenHash ONE = TokenHash.of("one");
  private static final TokenHash OTHER = TokenHash.of("other");
  private static final TokenHash STRANGER = TokenHash.of("stranger");

  private final Map<TokenHash, String> stored = new HashMap<>(Map.of(ONE, "1", OTHER, "2"));
  private final List<Set<TokenHash>> queries = new ArrayList<>();
  private final SettableTicker ticker = new SettableTicker();
  private final CredentialCache<String> cache = new CredentialCache<>(ticker);

  private Map<TokenHash, String> query(Collection<TokenHash> hashes) {
    queries.add(Set.copyOf(hashes));
    Map<TokenHash, String> found = new HashMap<>(stored);
    found.keySet().retainAll(hashes);
    return found;
  }

  @Test
  void queriesAllSecretsUsedSinceLastQuery() {
    cache.find(ONE, this::query);
    cache.find(OTHER, this::query);
    cache.remembered(OTHER);
    cache.find(ONE, this::query);
    cache.find(ONE, this::query);

    assertThat(queries)
        .containsExactly(Set.of(ONE), Set.of(OTHER), Set.of(ONE, OTHER), Set.of(ONE));
  }

  @Test
  void refusesRemovedOwnerFoundMissingBySharedQuery() {
    cache.find(OTHER, this::query);
    cache.remembered(OTHER);
    stored.remove(OTHER);

    assertThat(cache.find(ONE, this::query)).contains("1");

    assertThat(cache.remembered(OTHER)).isEmpty();
    assertThat(cache.wasJustRefused(OTHER)).isTrue();
  }

  @Test
  void excludesUnknownSecretFromLaterQueries() {
    assertThat(cache.find(STRANGER, this::query)).isEmpty();
    cache.remembered(STRANGER);
    cache.find(ONE, this::query);

    assertThat(queries).containsExactly(Set.of(STRANGER), Set.of(ONE));
  }

  @Test
  void discardsResultOfQueryStartedBeforeRevocation() {
    assertThat(
            cache.find(
                ONE,
                hashes -> {
                  Map<TokenHash, String> found = query(hashes);
                  cache.forget(ONE);
                  return found;
                }))
        .contains("1");

    assertThat(cache.remembered(ONE)).isEmpty();
  }

  /** Revocations in a loop would otherwise make every call of every app a query. */
  @Test
  void cachesOwnerDespiteConcurrentRevocationOfAnotherSecret() {
    cache.find(
        ONE,
        hashes -> {
          cache.forget(OTHER);
          return query(hashes);
        });

    assertThat(cache.remembered(ONE)).contains("1");
  }

  @Test
  void forgetsOnlyGivenSecret() {
    cache.find(ONE, this::query);
    cache.find(OTHER, this::query);

    cache.forget(ONE);

    assertThat(cache.remembered(ONE)).isEmpty();
    assertThat(cache.remembered(OTHER)).contains("2");
  }

  @Test
  void discardsResultOfQueryStartedBeforeThousandsOfRevocations() {
    cache.find(
        ONE,
        hashes -> {
          Map<TokenHash, String> found = query(hashes);
          cache.forget(ONE);
          IntStream.range(0, 2_000).forEach(i -> cache.forget(TokenHash.of("n" + i)));
          return found;
        });

    assertThat(cache.remembered(ONE)).isEmpty();
  }

  @Test
  void limitsSecretsPerQuery() {
    List<TokenHash> many = IntStream.range(0, 600).mapToObj(i -> TokenHash.of("n" + i)).toList();
    many.forEach(hash -> stored.put(hash, "n"));
    many.forEach(hash -> cache.find(hash, this::query));
    many.forEach(cache::remembered);
    queries.clear();

    cache.find(STRANGER, this::query);

    assertThat(queries.get(0)).hasSize(501);
  }

  @Test
  void cachesOwnerForFiveSecondsAndRefusalForHalfASecond() {
    cache.find(ONE, this::query);
    cache.find(STRANGER, this::query);
    ticker.advance(Duration.ofMillis(499));
    assertThat(cache.wasJustRefused(STRANGER)).isTrue();
    ticker.advance(Duration.ofMillis(1));
    assertThat(cache.wasJustRefused(STRANGER)).isFalse();
    ticker.advance(Duration.ofMillis(4_499));
    assertThat(cache.remembered(ONE)).contains("1");
    ticker.advance(Duration.ofMillis(1));
    assertThat(cache.remembered(ONE)).isEmpty();
  }

  @Test
  void discardsRefusalReadBeforeSecretWasForgotten() {
    cache.find(
        STRANGER,
        hashes -> {
          cache.forget(STRANGER);
          return Map.of();
        });

    assertThat(cache.wasJustRefused(STRANGER)).isFalse();
  }
}
