package dev.orrery.scheduler.security;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
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
 * A cache of the owners of secrets, by the hashes of the secrets. An answer of the database lives
 * for five seconds, a refusal for half a second; both are bounded in number.
 *
 * <p>A query asks for all secrets that were used since the last one, so the number of queries does
 * not grow with the number of callers that call all the time, such as open consoles.
 *
 * @param <T> what a secret stands for
 */
public final class CredentialCache<T> {
  private static final Duration REMEMBERED = Duration.ofSeconds(5);

  /** Short: a secret that was just created on another replica must soon be known here. */
  private static final Duration REFUSAL_REMEMBERED = Duration.ofMillis(500);

  private static final int BOUND = 10_000;

  /** The most secrets that are known to be forgotten; a query takes less time than as many. */
  private static final int MAX_FORGOTTEN = 1_000;

  /** The most secrets of one query. */
  private static final int BATCH = 500;

  private final Cache<TokenHash, T> known =
      Caffeine.newBuilder().expireAfterWrite(REMEMBERED).maximumSize(BOUND).build();
  private final Cache<TokenHash, Boolean> unknown =
      Caffeine.newBuilder().expireAfterWrite(REFUSAL_REMEMBERED).maximumSize(BOUND).build();

  /** Known secrets that were used since the last query; at most {@link #BATCH}, more or less. */
  private final AtomicReference<Set<TokenHash>> used =
      new AtomicReference<>(ConcurrentHashMap.newKeySet());

  /** The number of calls that forget; a query that began before one of them stores no owner. */
  private long forgotten;

  /** The number of the last call that forgets all. */
  private long forgottenAll;

  /** The last secrets that were forgotten alone, with the number of the call. */
  private final Map<TokenHash, Long> forgottenAlone = new LinkedHashMap<>();

  /** Returns the owner if it is known without asking the database; never blocks. */
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

  public boolean wasJustRefused(TokenHash hash) {
    return unknown.getIfPresent(hash) != null;
  }

  /**
   * Asks the database by the function, and remembers the answer.
   *
   * @param database returns the owners of those secrets that have one
   */
  public Optional<T> find(
      TokenHash hash, Function<Collection<TokenHash>, Map<TokenHash, T>> database) {
    long before = forgotten();
    Set<TokenHash> asked = used.getAndSet(ConcurrentHashMap.newKeySet());
    asked.add(hash);
    List<TokenHash> hashes = new ArrayList<>(asked);
    Map<TokenHash, T> found = database.apply(hashes);
    store(hashes, found, before);
    return Optional.ofNullable(found.get(hash));
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

  /** Has the next request with this secret ask the database. */
  public synchronized void forget(TokenHash hash) {
    forgotten++;
    forgottenAlone.remove(hash);
    forgottenAlone.put(hash, forgotten);
    if (forgottenAlone.size() > MAX_FORGOTTEN) {
      Iterator<Long> oldest = forgottenAlone.values().iterator();
      // A query from before it may know the forgotten one: as if all had been forgotten.
      forgottenAll = oldest.next();
      oldest.remove();
    }
    known.invalidate(hash);
    unknown.invalidate(hash);
  }

  /** Has the next request with each secret ask the database. */
  public synchronized void forget() {
    forgotten++;
    forgottenAll = forgotten;
    forgottenAlone.clear();
    known.invalidateAll();
    unknown.invalidateAll();
  }
}
