package dev.orrery.scheduler.http.security;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.base.database.DatabaseException;
import dev.orrery.scheduler.base.database.EngineExecutor;
import dev.orrery.scheduler.base.lifecycle.ProgressWatch;
import dev.orrery.scheduler.base.lifecycle.StallScope;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.base.problem.ProblemTexts;
import dev.orrery.scheduler.base.time.Ticker;
import dev.orrery.scheduler.base.time.TimerThread;
import dev.orrery.scheduler.http.security.WatchedCredential.Proof;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Ends waiting calls, which are polls and followed logs, after their caller has become invalid.
 *
 * <ul>
 *   <li>A revocation, the deletion of an app or a sign-out at this replica ends them before it is
 *       answered.
 *   <li>At other replicas they end within five seconds: every two seconds one query covers the
 *       tokens of all waiting calls, and another their browser sessions.
 *   <li>An expired token ends its calls within a second, by this replica's clock.
 * </ul>
 *
 * <p>A caller is trusted for five seconds after the last query that found it. After that, as in an
 * outage of the database, its call still waits, but gets no work until a query finds the caller
 * again. {@link WatchedCall#isTrusted} reads memory only, so a claim can check each poll.
 */
@ApplicationScoped
public class CallerWatch {
  private static final Logger LOG = Logger.getLogger(CallerWatch.class);

  private static final Duration QUERY_AFTER = Duration.ofSeconds(2);

  /** The maximum time between ticks: without them, no worker gets work. */
  private static final Duration MAX_TICK = Duration.ofSeconds(30);

  private static final String SESSION_ENDED = "The session of the browser has ended.";

  private final TokenCache tokens;
  private final BrowserSessions sessions;
  private final EngineExecutor executor;
  private final Ticker ticker;
  private final InstantSource clock;
  private final Map<CallerCredential, WatchedCredential> watched = new ConcurrentHashMap<>();
  private final AtomicBoolean querying = new AtomicBoolean();
  private final AtomicLong ticks = new AtomicLong();
  private final ScheduledThreadPoolExecutor timer = TimerThread.named("orrery-caller-watch");
  private boolean ticking;

  CallerWatch(
      TokenCache tokens,
      BrowserSessions sessions,
      EngineExecutor executor,
      Ticker ticker,
      InstantSource clock,
      ProgressWatch watch) {
    this.tokens = tokens;
    this.sessions = sessions;
    this.executor = executor;
    this.ticker = ticker;
    this.clock = clock;
    watch.watch("callers", StallScope.OWN, MAX_TICK, () -> !watched.isEmpty(), ticks::get);
  }

  /**
   * Watches the caller of a waiting call; never blocks. The caller of this method must close the
   * result when the call ends.
   *
   * @param onRefused ends the call; receives the reason, {@code UNAUTHENTICATED}
   * @param onTrusted runs when the caller is trusted again after {@link WatchedCall#isTrusted} was
   *     false
   */
  public WatchedCall watch(
      Caller caller, Consumer<ProblemException> onRefused, Runnable onTrusted) {
    WatchedCall call = new WatchedCall(this, caller.credential(), onRefused, onTrusted);
    call.joined(
        watched.compute(
            caller.credential(),
            (credential, known) -> {
              WatchedCredential joined =
                  known == null ? new WatchedCredential(credential, caller.appId()) : known;
              joined.add(call);
              return joined;
            }));
    // Runs after the call is visible to a revocation, which clears the cache before it ends calls.
    proveFromCache(call);
    startTicking();
    // The next tick may come after the end of the proof, and the call would wait for it.
    if (isDue(call.watchedCredential(), ticker.nanos())) {
      startQuery(List.of(call.watchedCredential()));
    }
    return call;
  }

  private void proveFromCache(WatchedCall call) {
    WatchedCredential joined = call.watchedCredential();
    if (isTrusted(joined)) {
      return;
    }
    CallerCredential credential = call.credential();
    if (credential.session() == null) {
      tokens
          .proof(credential.token())
          .ifPresent(
              cached ->
                  joined.prove(
                      new Proof(ticker.nanos() - cached.age().toNanos(), cached.expiresAt())));
    }
  }

  boolean isTrusted(WatchedCredential credential) {
    if (!credential.credential().canEnd()) {
      return true;
    }
    Proof proof = credential.proof();
    return proof != null
        && !proof.isOlderThan(CredentialCache.CACHE_TIME, ticker.nanos())
        && !hasExpired(proof);
  }

  /** Reads the clock only for a token that expires, because claims check each poll. */
  private boolean hasExpired(Proof proof) {
    return proof.expiresAt() != null && !clock.instant().isBefore(proof.expiresAt());
  }

  void remove(WatchedCall call) {
    watched.computeIfPresent(
        call.credential(), (credential, joined) -> joined.remove(call) ? null : joined);
  }

  /** Returns the number of calls that wait with this token, directly or by a session. */
  int waiting(TokenHash token) {
    return watched.values().stream()
        .filter(watch -> token.equals(watch.credential().token()))
        .mapToInt(WatchedCredential::callCount)
        .sum();
  }

  /** Ends the calls of a revoked token and of its sessions. The token must no longer be cached. */
  public void tokenRevoked(TokenHash token) {
    refuse(watch -> token.equals(watch.credential().token()), ProblemTexts.UNKNOWN_TOKEN);
  }

  /** Ends the calls of all tokens of a deleted app. They must no longer be cached. */
  public void appDeleted(int appId) {
    refuse(watch -> watch.isOf(appId), ProblemTexts.UNKNOWN_TOKEN);
  }

  public void signedOut(TokenHash session) {
    refuse(watch -> session.equals(watch.credential().session()), SESSION_ENDED);
  }

  private void refuse(Predicate<WatchedCredential> which, String reason) {
    List<WatchedCredential> found = watched.values().stream().filter(which).toList();
    found.forEach(watch -> refuse(watch, ProblemException.of(ErrorCode.UNAUTHENTICATED, reason)));
  }

  /** Ends each call, because no call joins a credential after its removal. */
  private void refuse(WatchedCredential credential, ProblemException reason) {
    watched.remove(credential.credential(), credential);
    credential.refuse(reason);
  }

  private synchronized void startTicking() {
    if (!ticking && !timer.isShutdown()) {
      ticking = true;
      var unused = timer.scheduleWithFixedDelay(this::tick, 1, 1, TimeUnit.SECONDS);
    }
  }

  /** Ends calls of expired tokens, and starts a query of the credentials that need one. */
  void tick() {
    try {
      long now = ticker.nanos();
      List<WatchedCredential> due = new ArrayList<>();
      for (WatchedCredential watch : watched.values()) {
        Proof proof = watch.proof();
        if (proof != null && hasExpired(proof)) {
          refuse(watch, TokenCache.expired(proof.expiresAt()));
        } else if (isDue(watch, now)) {
          due.add(watch);
        }
      }
      startQuery(due);
      ticks.incrementAndGet();
    } catch (RuntimeException e) {
      // The timer would not run again after an exception.
      LOG.errorf(e, "Failed to check the tokens of waiting calls; retrying in 1 s");
    }
  }

  private static boolean isDue(WatchedCredential watch, long now) {
    Proof proof = watch.proof();
    return watch.credential().canEnd() && (proof == null || proof.isOlderThan(QUERY_AFTER, now));
  }

  /** Runs one query at a time; the next tick finds the remaining credentials. */
  private void startQuery(List<WatchedCredential> due) {
    if (!due.isEmpty() && querying.compareAndSet(false, true)) {
      executor.executeUnlessStopped(() -> queryAndRelease(due));
    }
  }

  private void queryAndRelease(List<WatchedCredential> due) {
    try {
      query(due);
    } catch (DatabaseException e) {
      LOG.debugf("Failed to read the tokens of waiting calls; retrying in 1 s: %s", e.getMessage());
    } catch (RuntimeException e) {
      LOG.errorf(e, "Failed to read the tokens of waiting calls; retrying in 1 s");
    } finally {
      querying.set(false);
    }
  }

  private void query(List<WatchedCredential> due) {
    long sent = ticker.nanos();
    Map<TokenHash, StoredToken> found = tokens.refresh(hashes(due, CallerCredential::token));
    Set<TokenHash> live = sessions.liveAmong(hashes(due, CallerCredential::session));
    for (WatchedCredential watch : due) {
      CallerCredential credential = watch.credential();
      StoredToken token = credential.token() == null ? null : found.get(credential.token());
      if (credential.token() != null && token == null) {
        refuse(watch, ProblemException.of(ErrorCode.UNAUTHENTICATED, ProblemTexts.UNKNOWN_TOKEN));
      } else if (credential.session() != null && !live.contains(credential.session())) {
        refuse(watch, ProblemException.of(ErrorCode.UNAUTHENTICATED, SESSION_ENDED));
      } else {
        proved(watch, new Proof(sent, token == null ? null : token.expiresAt()));
      }
    }
  }

  private void proved(WatchedCredential credential, Proof proof) {
    boolean before = isTrusted(credential);
    credential.prove(proof);
    if (!before && isTrusted(credential)) {
      credential.resumeCalls();
    }
  }

  private static Set<TokenHash> hashes(
      List<WatchedCredential> credentials, Function<CallerCredential, TokenHash> part) {
    return credentials.stream()
        .map(WatchedCredential::credential)
        .map(part)
        .filter(Objects::nonNull)
        .collect(Collectors.toSet());
  }

  @PreDestroy
  void stop() {
    timer.shutdownNow();
  }
}
