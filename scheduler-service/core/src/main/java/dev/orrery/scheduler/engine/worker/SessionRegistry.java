package dev.orrery.scheduler.engine.worker;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.agreement.Agreement;
import dev.orrery.protocol.message.WorkerOffer;
import dev.orrery.scheduler.base.database.EngineExecutor;
import dev.orrery.scheduler.base.hint.Hint;
import dev.orrery.scheduler.base.hint.HintBus;
import dev.orrery.scheduler.base.housekeeping.HousekeepingChore;
import dev.orrery.scheduler.base.housekeeping.HousekeepingChore.Schedule;
import dev.orrery.scheduler.base.housekeeping.HousekeepingSource;
import dev.orrery.scheduler.base.housekeeping.RetentionConfig;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.base.quota.AppQuota;
import dev.orrery.scheduler.base.quota.AppRateLimiter;
import dev.orrery.scheduler.base.time.Ticker;
import dev.orrery.scheduler.engine.worker.SessionStore.Stored;
import dev.orrery.scheduler.engine.worker.SessionStore.Terms;
import dev.orrery.scheduler.http.security.Caller;
import dev.orrery.scheduler.model.commit.CommitMetrics;
import dev.orrery.scheduler.model.commit.GroupCommit;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** The sessions that this replica has served. Any replica can serve any session. */
@ApplicationScoped
public class SessionRegistry implements HousekeepingSource {
  /** Each session takes memory here and a row, even if it never polls. */
  static final int MAX_SESSIONS_PER_APP = 5_000;

  /** A fleet of the largest size may connect twice, as after an outage of the network. */
  static final int HANDSHAKE_BURST = 2 * MAX_SESSIONS_PER_APP;

  /** Each session leaves a row for a month, so a client must not open them in a loop. */
  static final Duration HANDSHAKE_INTERVAL = Duration.ofMillis(100);

  /** Sessions that this replica has not met; those of calls that wait together are one query. */
  private static final GroupCommit.Settings LOOKUPS =
      new GroupCommit.Settings("session lookups", 1_000, 100_000, 1);

  private final SessionStore store;
  private final SessionConfig config;
  private final Ticker ticker;
  private final HintBus hints;
  private final AppRateLimiter handshakes;
  private final SessionMemory memory;
  private final GroupCommit<UUID, Optional<Stored>> lookups;
  private final Map<UUID, Session> live = new ConcurrentHashMap<>();

  /** Those in {@link #live}. One that was opened at another replica counts, too. */
  private final AppQuota liveOfApp = new AppQuota(Long.MAX_VALUE, MAX_SESSIONS_PER_APP);

  SessionRegistry(
      SessionStore store,
      SessionConfig config,
      EngineExecutor executor,
      Ticker ticker,
      HintBus hints,
      CommitMetrics groups,
      SessionMemory memory) {
    this.store = store;
    this.config = config;
    this.lookups = groups.watch(new GroupCommit<>(LOOKUPS, executor, this::lookUp));
    this.ticker = ticker;
    this.hints = hints;
    this.memory = memory;
    this.handshakes = new AppRateLimiter(HANDSHAKE_BURST, HANDSHAKE_INTERVAL, ticker::nanos);
    hints.listen(this::onHint);
  }

  /**
   * A new session.
   *
   * @param serverTime the database's clock
   */
  public record Opened(Session session, Instant serverTime) {}

  /**
   * Opens a session; blocks. Does not end an earlier session of the same worker. A repeated offer
   * with the same id of a session gets the same session.
   *
   * @throws ProblemException {@code OVERLOADED} if the app has too many sessions, or opens them too
   *     fast
   */
  public Opened open(int appId, WorkerOffer offer, Agreement.Reached agreement) {
    if (liveOfApp.isAtItsBound(appId)) {
      throw ProblemException.overloaded(
          "The app has "
              + MAX_SESSIONS_PER_APP
              + " sessions of workers at this replica; a worker should have one, and keep it.");
    }
    if (!handshakes.take(appId)) {
      throw ProblemException.overloaded(
          "The app opens more than "
              + Duration.ofSeconds(1).dividedBy(HANDSHAKE_INTERVAL)
              + " sessions of workers a second at this replica; a worker should have one, and keep"
              + " it.");
    }
    try {
      return openKept(appId, offer, agreement);
    } catch (RuntimeException e) {
      handshakes.release(appId);
      throw e;
    }
  }

  private Opened openKept(int appId, WorkerOffer offer, Agreement.Reached agreement) {
    Capabilities capabilities =
        keep(offer.name(), new Capabilities(appId, offer.processors(), offer.tags()));
    try {
      return open(appId, offer, agreement, capabilities);
    } catch (RuntimeException e) {
      memory.release(offer.name(), capabilities);
      throw e;
    }
  }

  /** Takes the memory of a session, and returns the capabilities for it to keep. */
  private Capabilities keep(String worker, Capabilities capabilities) {
    return memory
        .take(worker, capabilities)
        .orElseThrow(
            () ->
                ProblemException.overloaded(
                    "The sessions of the app's workers take all of their "
                        + SessionMemory.MAX_BYTES_PER_APP / (1024 * 1024)
                        + " MiB at this replica, or those of all apps take theirs. Let workers of a"
                        + " kind have the same 'tags' and 'processors', which are then kept once."));
  }

  private Opened open(
      int appId, WorkerOffer offer, Agreement.Reached agreement, Capabilities capabilities) {
    Terms terms =
        new Terms(
            agreement.protocol().canonicalName(),
            agreement.dialect().canonicalName(),
            agreement.version());
    long sentAt = ticker.nanos();
    UUID id = offer.session() == null ? UUID.randomUUID() : UUID.fromString(offer.session());
    Optional<Instant> now = store.open(id, appId, offer, terms, capabilities, config.lease());
    if (now.isEmpty()) {
      id = UUID.randomUUID();
      now = store.open(id, appId, offer, terms, capabilities, config.lease());
    }
    Duration remaining = config.lease().minusNanos(ticker.nanos() - sentAt);
    Session session =
        add(
            new Session(
                id, appId, offer.name(), capabilities, offer.capacity(), remaining, ticker));
    session.renewed(remaining);
    return new Opened(session, now.orElseThrow());
  }

  /**
   * Finds the live session of this name; queries the database if it is unknown here.
   *
   * @return the session, or a {@link ProblemException}: {@code SESSION_GONE}, also for a session of
   *     another app, or {@code OVERLOADED}
   */
  public CompletableFuture<Session> find(Caller caller, String name) {
    UUID id = parse(name);
    Session known = live.get(id);
    if (known != null) {
      return CompletableFuture.completedFuture(requireOwn(caller, known));
    }
    return lookUp(caller, id)
        .thenApply(
            found ->
                requireOwn(
                    caller,
                    found
                        .filter(stored -> !stored.ended())
                        .map(stored -> add(id, stored))
                        .orElseThrow(SessionRegistry::gone)));
  }

  /**
   * Finds the id of a session of the caller's app, even if it has ended, because late reports are
   * checked one by one.
   *
   * @return the id, or a {@link ProblemException}: {@code SESSION_GONE} if there was none, or
   *     {@code OVERLOADED}
   */
  public CompletableFuture<UUID> findIncludingEnded(Caller caller, String name) {
    UUID id = parse(name);
    Session known = live.get(id);
    if (known != null) {
      return CompletableFuture.completedFuture(requireOwn(caller, known).id());
    }
    return lookUp(caller, id)
        .thenApply(
            found ->
                found
                    .filter(stored -> caller.maySee(stored.appId()))
                    .map(stored -> id)
                    .orElseThrow(SessionRegistry::gone));
  }

  /** Groups the lookups, because all workers call at once after a start. */
  private CompletableFuture<Optional<Stored>> lookUp(Caller caller, UUID id) {
    return lookups.submit(caller.shareApp(), id);
  }

  private List<Optional<Stored>> lookUp(List<UUID> ids) {
    Map<UUID, Stored> found = store.find(ids);
    return ids.stream().map(id -> Optional.ofNullable(found.get(id))).toList();
  }

  private Session add(UUID id, Stored stored) {
    return add(
        new Session(
            id,
            stored.appId(),
            stored.worker(),
            keep(stored.worker(), stored.capabilities()),
            stored.capacity(),
            stored.leaseRemaining(),
            ticker));
  }

  /**
   * Adds the session, or returns the known one with its id.
   *
   * @param session its memory is released if the session was known
   */
  private Session add(Session session) {
    Session first = live.putIfAbsent(session.id(), session);
    if (first != null) {
      memory.release(session.worker(), session.capabilities());
      return first;
    }
    liveOfApp.add(session.appId(), 1);
    return session;
  }

  /** Removes sessions that another replica has ended; blocks. */
  public void forgetEnded() {
    Set<UUID> known = Set.copyOf(live.keySet());
    if (!known.isEmpty()) {
      Set<UUID> gone = new HashSet<>(known);
      gone.removeAll(store.liveAmong(known));
      // Local, because every replica checks for itself.
      gone.forEach(id -> hints.publishLocal(new Hint.SessionEnded(id)));
    }
  }

  Set<UUID> known() {
    return Set.copyOf(live.keySet());
  }

  /** Returns the token of the last call in a session at this replica; empty if there was none. */
  Optional<Long> tokenOf(UUID id) {
    return Optional.ofNullable(live.get(id)).map(Session::tokenId);
  }

  void ended(UUID id) {
    hints.publish(new Hint.SessionEnded(id));
  }

  private void onHint(Hint hint) {
    if (hint instanceof Hint.SessionEnded ended) {
      Session gone = live.remove(ended.session());
      if (gone != null) {
        memory.release(gone.worker(), gone.capabilities());
        liveOfApp.release(gone.appId(), 1);
      }
    }
  }

  private static Session requireOwn(Caller caller, Session session) {
    if (!caller.maySee(session.appId())) {
      throw gone();
    }
    session.calledWith(caller.tokenId());
    return session;
  }

  private static UUID parse(String name) {
    try {
      return UUID.fromString(name);
    } catch (IllegalArgumentException | NullPointerException e) {
      throw gone();
    }
  }

  static ProblemException gone() {
    return ProblemException.of(
        ErrorCode.SESSION_GONE,
        "The session has ended; stop its attempts and make a new handshake.");
  }

  @Override
  public List<HousekeepingChore> chores(RetentionConfig retention) {
    return List.of(
        new HousekeepingChore("ended sessions", Schedule.EVERY_TEN_SECONDS, this::forgetEnded));
  }
}
