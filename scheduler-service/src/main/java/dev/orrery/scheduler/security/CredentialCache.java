package dev.orrery.scheduler.security;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/**
 * A cache of the owners of secrets, by the hashes of the secrets. An owner is kept for five
 * seconds, a refusal for half a second; both are bounded in number.
 *
 * <p>A query covers all secrets that were used since the last one, so the number of queries does
 * not grow with the number of callers that call all the time, such as open consoles.
 *
 * @param <T> the owner of a secret
 */
public final class CredentialCache<T> {
  static final Duration REMEMBERED = Duration.ofSeconds(5);

  /**
   * A short time, because a secret that was just created on another replica must soon work here.
   */
  private static final Duration REFUSAL_REMEMBERED = Duration.ofMillis(500);

  private static final int BOUND = 10_000;

  /** The most forgotten secrets that are kept. A query ends before as many more are forgotten. */
  private static final int MAX_FORGOTTEN = 1_000;

  /** The most secrets of one query. */
  private static final int BATCH = 500;

  private final Cache<TokenHash, T> known =
      Caffeine.newBuilder().expireAfterWrite(REMEMBERED).maximumSize(BOUND).build();
  private final Cache<TokenHash, Boolean> unknown =
      Caffeine.newBuilder().expireAfterWrite(REFUSAL_REMEMBERED).maximumSize(BOUND).build();

  /** Known secrets that were used since the last query; about {@link #BATCH} at most. */
  private final AtomicReference<Set<TokenHash>> used =
      new AtomicReference<>(ConcurrentHashMap.newKeySet());

  /** The number of calls that forget; a query that began before one of them stores no owner. */
  private long forgotten;

  /** The number of the last call that forgets all. */
  private long forgottenAll;

  /** The secrets that were last forgotten one by one, each with the number of its call. */
  private final Map<TokenHash, Long> forgottenAlone = new LinkedHashMap<>();

  /** Returns the owner if it is cached; never blocks. */
  public Optional<T> remembered(TokenHash hash) {
    T owner = known.getIfPresent(hash);
    if (owner != null) {
      Set<TokenHash> sinceLastQuery = used.get();
      if (sinceLastQuery.size() < BATCH) {
        sinceLastQuery.add(hash);
      }
    }
    return Optional.ofNullable(owner);
  }

  /** Returns how long an owner has been cached; empty if it is not. */
  Optional<Duration> age(TokenHash hash) {
    return known.policy().expireAfterWrite().flatMap(policy -> policy.ageOf(hash));
  }

  public boolean wasJustRefused(TokenHash hash) {
    return unknown.getIfPresent(hash) != null;
  }

  /**
   * Queries the database with the function, and caches the result.
   *
   * @param database returns the owners of the secrets that have one
   */
  public Optional<T> find(
      TokenHash hash, Function<Collection<TokenHash>, Map<TokenHash, T>> database) {
    long before = forgotten();
    Set<TokenHash> asked = used.getAndSet(ConcurrentHashMap.newKeySet());
    asked.add(hash);
    return Optional.ofNullable(query(new ArrayList<>(asked), before, database).get(hash));
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
    for (int from = 0; from < asked.size(); from += BATCH) {
      List<TokenHash> step = asked.subList(from, Math.min(asked.size(), from + BATCH));
      found.putAll(query(step, forgotten(), database));
    }
    return found;
  }

  private Map<TokenHash, T> query(
      List<TokenHash> hashes,
      long before,
      Function<Collection<TokenHash>, Map<TokenHash, T>> database) {
    Map<TokenHash, T> found = database.apply(hashes);
    store(hashes, found, before);
    return found;
  }

  private synchronized long forgotten() {
    return forgotten;
  }

  private synchronized void store(
      Collection<TokenHash> asked, Map<TokenHash, T> found, long before) {
    if (forgottenAll > before) {
      return;
    }
    for (TokenHash hash : asked) {
      if (forgottenAlone.getOrDefault(hash, 0L) > before) {
        continue;
      }
      T owner = found.get(hash);
      if (owner == null) {
        known.invalidate(hash);
        unknown.put(hash, Boolean.TRUE);
      } else {
        known.put(hash, owner);
      }
    }
  }

  /** Makes the next request with this secret query the database. */
  public synchronized void forget(TokenHash hash) {
    forgotten++;
    forgottenAlone.remove(hash);
    forgottenAlone.put(hash, forgotten);
    if (forgottenAlone.size() > MAX_FORGOTTEN) {
      Iterator<Long> oldest = forgottenAlone.values().iterator();
      // Queries that began before the removed call must store nothing, as if it had forgotten all.
      forgottenAll = oldest.next();
      oldest.remove();
    }
    known.invalidate(hash);
    unknown.invalidate(hash);
  }

  /** Makes the next request with each secret query the database. */
  public synchronized void forget() {
    forgotten++;
    forgottenAll = forgotten;
    forgottenAlone.clear();
    known.invalidateAll();
    unknown.invalidateAll();
  }
}
