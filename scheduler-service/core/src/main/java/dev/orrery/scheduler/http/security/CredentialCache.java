package dev.orrery.scheduler.http.security;

import dev.orrery.scheduler.base.cache.ReadThroughCache;
import dev.orrery.scheduler.base.time.Ticker;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Caches the owners of secrets, by the hashes of the secrets. An owner is kept for five seconds, a
 * refusal for half a second; both are bounded in number, so that guesses displace no owner.
 *
 * <p>A query covers all secrets that were used since the last one, so the number of queries does
 * not grow with the number of callers that call all the time, such as open consoles.
 *
 * @param <T> the owner of a secret
 */
public final class CredentialCache<T> {
  static final Duration CACHE_TIME = Duration.ofSeconds(5);

  /**
   * A short time, because a secret that was just created on another replica must soon work here.
   */
  private static final Duration REFUSAL_REMEMBERED = Duration.ofMillis(500);

  private static final int MAX_ENTRIES = 10_000;

  /** The most secrets of one query. */
  private static final int BATCH_SIZE = 500;

  private final ReadThroughCache<TokenHash, T> owners;
  private final ReadThroughCache<TokenHash, Boolean> refusals;

  /** Known secrets that were used since the last query; about {@link #BATCH_SIZE} at most. */
  private final AtomicReference<Set<TokenHash>> used =
      new AtomicReference<>(ConcurrentHashMap.newKeySet());

  public CredentialCache(Ticker ticker) {
    this.owners = new ReadThroughCache<>(CACHE_TIME, MAX_ENTRIES, ticker);
    this.refusals = new ReadThroughCache<>(REFUSAL_REMEMBERED, MAX_ENTRIES, ticker);
  }

  /** Returns the owner if it is cached; never blocks. */
  public Optional<T> remembered(TokenHash hash) {
    T owner = owners.getIfPresent(hash);
    if (owner != null) {
      Set<TokenHash> sinceLastQuery = used.get();
      if (sinceLastQuery.size() < BATCH_SIZE) {
        sinceLastQuery.add(hash);
      }
    }
    return Optional.ofNullable(owner);
  }

  /** Returns how long an owner has been cached; empty if it is not. */
  Optional<Duration> age(TokenHash hash) {
    return owners.age(hash);
  }

  public boolean wasJustRefused(TokenHash hash) {
    return refusals.getIfPresent(hash) != null;
  }

  /**
   * Queries the database with the function, and caches the result.
   *
   * @param database returns the owners of the secrets that have one
   */
  public Optional<T> find(
      TokenHash hash, Function<Collection<TokenHash>, Map<TokenHash, T>> database) {
    Set<TokenHash> asked = used.getAndSet(ConcurrentHashMap.newKeySet());
    asked.add(hash);
    return Optional.ofNullable(query(asked, database).get(hash));
  }

  /**
   * Queries the database for all these secrets, and caches the result.
   *
   * @return the owners of the secrets that have one
   */
  public Map<TokenHash, T> refresh(
      Collection<TokenHash> hashes, Function<Collection<TokenHash>, Map<TokenHash, T>> database) {
    Map<TokenHash, T> found = new HashMap<>();
    List<TokenHash> asked = List.copyOf(hashes);
    for (int from = 0; from < asked.size(); from += BATCH_SIZE) {
      found.putAll(query(asked.subList(from, Math.min(asked.size(), from + BATCH_SIZE)), database));
    }
    return found;
  }

  private Map<TokenHash, T> query(
      Collection<TokenHash> hashes, Function<Collection<TokenHash>, Map<TokenHash, T>> database) {
    Map<TokenHash, T> found = new HashMap<>();
    refusals.readAll(
        hashes,
        asked -> {
          found.putAll(owners.readAll(asked, database));
          return asked.stream()
              .filter(hash -> !found.containsKey(hash))
              .collect(Collectors.toMap(Function.identity(), refused -> true));
        });
    return found;
  }

  /** Makes the next request with this secret query the database. */
  public void forget(TokenHash hash) {
    owners.forget(hash);
    refusals.forget(hash);
  }

  /** Makes the next request with each secret query the database. */
  public void forget() {
    owners.forgetAll();
    refusals.forgetAll();
  }
}
