package dev.orrery.scheduler.security;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/**
 * A cache of the owners of secrets, by the hashes of the secrets. An answer of the database lives
 * for five seconds, a refusal for half a second; both are bounded in number.
 *
 * @param <T> what a secret stands for
 */
public final class CredentialCache<T> {
  private static final Duration REMEMBERED = Duration.ofSeconds(5);

  /** Short: a secret that was just created on another replica must soon be known here. */
  private static final Duration REFUSAL_REMEMBERED = Duration.ofMillis(500);

  private static final int BOUND = 10_000;

  private final Cache<TokenHash, T> known =
      Caffeine.newBuilder().expireAfterWrite(REMEMBERED).maximumSize(BOUND).build();
  private final Cache<TokenHash, Boolean> unknown =
      Caffeine.newBuilder().expireAfterWrite(REFUSAL_REMEMBERED).maximumSize(BOUND).build();

  /** Returns the owner if it is known without asking the database; never blocks. */
  public Optional<T> remembered(TokenHash hash) {
    return Optional.ofNullable(known.getIfPresent(hash));
  }

  public boolean wasJustRefused(TokenHash hash) {
    return unknown.getIfPresent(hash) != null;
  }

  /** Asks the database by the function, and remembers the answer. */
  public Optional<T> find(TokenHash hash, Function<TokenHash, Optional<T>> database) {
    Optional<T> found = database.apply(hash);
    found.ifPresentOrElse(value -> known.put(hash, value), () -> unknown.put(hash, Boolean.TRUE));
    return found;
  }

  /** Has the next request with this secret ask the database. */
  public void forget(TokenHash hash) {
    known.invalidate(hash);
    unknown.invalidate(hash);
  }

  /** Has the next request with each secret ask the database. */
  public void forget() {
    known.invalidateAll();
    unknown.invalidateAll();
  }
}
