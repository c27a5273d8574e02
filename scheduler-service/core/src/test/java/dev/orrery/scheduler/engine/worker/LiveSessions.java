package dev.orrery.scheduler.engine.worker;

import dev.orrery.protocol.Dialect;
import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.agreement.Agreement;
import dev.orrery.protocol.message.WorkerOffer;
import dev.orrery.scheduler.base.hint.HintBus;
import dev.orrery.scheduler.base.quota.QuotaMetrics;
import dev.orrery.scheduler.base.time.Ticker;
import dev.orrery.scheduler.http.security.Caller;
import dev.orrery.scheduler.testkit.TestMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Sessions for tests of what is given to them. */
public final class LiveSessions extends SessionRegistry {
  public static final Duration LEASE = Duration.ofSeconds(30);

  private final Session only;
  private final Consumer<UUID> whenEnded;

  private LiveSessions(Session only, Consumer<UUID> whenEnded) {
    super(null, null, null, Ticker.SYSTEM, new HintBus(), TestMetrics.commits(), memory());
    this.only = only;
    this.whenEnded = whenEnded;
  }

  static SessionMemory memory() {
    return new SessionMemory(new QuotaMetrics(new SimpleMeterRegistry()));
  }

  public static Session session(Capabilities capabilities, int capacity, Ticker ticker) {
    return new Session(
        UUID.randomUUID(), capabilities.appId(), "w", capabilities, capacity, LEASE, ticker);
  }

  /** Opens a session for a worker of the app, as a handshake does. */
  static Session opened(SessionRegistry sessions, int app) {
    return opened(sessions, app, "w", null);
  }

  /** Opens a session with an id that the worker has chosen. */
  static Session opened(SessionRegistry sessions, int app, String worker, UUID id) {
    WorkerOffer offer =
        new WorkerOffer(
            "http", "orrery", 1, 1, "test", "app", worker, List.of(), List.of("noop"), 5);
    return sessions
        .open(
            app,
            id == null ? offer : offer.withSession(id.toString()),
            new Agreement.Reached(Protocol.HTTP, Dialect.ORRERY, 1))
        .session();
  }

  /** Sessions of which only this one is live. */
  public static SessionRegistry only(Session session) {
    return only(session, ended -> {});
  }

  static SessionRegistry only(Session session, Consumer<UUID> whenEnded) {
    return new LiveSessions(session, whenEnded);
  }

  @Override
  Optional<Long> tokenOf(UUID id) {
    return Optional.of(only).filter(session -> session.id().equals(id)).map(Session::tokenId);
  }

  @Override
  void ended(UUID id) {
    whenEnded.accept(id);
  }

  @Override
  public CompletableFuture<Session> find(Caller caller, String name) {
    return name.equals(only.id().toString())
        ? CompletableFuture.completedFuture(only)
        : CompletableFuture.failedFuture(gone());
  }

  @Override
  public CompletableFuture<UUID> findIncludingEnded(Caller caller, String name) {
    return find(caller, name).thenApply(Session::id);
  }
}
