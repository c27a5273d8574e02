package dev.orrery.scheduler.engine.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.message.WorkerOffer;
import dev.orrery.scheduler.base.database.StoreTest;
import dev.orrery.scheduler.base.database.StoredJob;
import dev.orrery.scheduler.base.hint.HintBus;
import dev.orrery.scheduler.base.problem.Failed;
import dev.orrery.scheduler.base.time.SettableTicker;
import dev.orrery.scheduler.http.security.Caller;
import dev.orrery.scheduler.http.security.Role;
import dev.orrery.scheduler.model.commit.ManualExecutor;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Mostly finds sessions that another replica opened, of which this replica has only the rows. */
class SessionRegistryTest extends StoreTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

  private final ManualExecutor executor = new ManualExecutor();
  private final SettableTicker ticker = new SettableTicker();
  private Caller own;
  private Caller foreign;
  private SessionRegistry sessions;
  private UUID session;

  @BeforeEach
  void createRows() {
    StoredJob job = database.job();
    own = new Caller(Role.WORKER, job.app(), "own");
    foreign = new Caller(Role.WORKER, database.job().app(), "foreign");
    session = database.session(job);
    sessions = registry(new SessionStore(database.hot()));
  }

  private SessionRegistry registry(SessionStore store) {
    return new SessionRegistry(
        store,
        new LeaseOf30Seconds(),
        executor,
        ticker,
        new HintBus(),
        executor.metrics(),
        LiveSessions.memory());
  }

  @Test
  void findsSessionOfOwnApp() {
    assertThat(findIncludingEnded(own).join()).isEqualTo(session);
    assertThat(find(own).join().id()).isEqualTo(session);
  }

  /** After a start, all workers come at once, and each may be one of a flood. */
  @Test
  void combinesWaitingLookupsIntoSingleQuery() {
    List<Collection<UUID>> queries = new ArrayList<>();
    sessions =
        registry(
            new SessionStore(database.hot()) {
              @Override
              Map<UUID, Stored> find(Collection<UUID> ids) {
                queries.add(ids);
                return super.find(ids);
              }
            });
    String unknown = UUID.randomUUID().toString();
    CompletableFuture<Session> first = sessions.find(own, session.toString());
    CompletableFuture<UUID> second = sessions.findIncludingEnded(own, session.toString());
    CompletableFuture<Session> third = sessions.find(own, unknown);

    executor.runAll();

    assertThat(first.join().id()).isEqualTo(session);
    assertThat(second.join()).isEqualTo(session);
    Failed.with(ErrorCode.SESSION_GONE, third);
    assertThat(queries).hasSize(1);
  }

  @Test
  void remembersTokenOfLastCallOfSession() {
    assertThat(sessions.tokenOf(session)).isEmpty();
    find(new Caller(Role.WORKER, own.appId(), "app", 7L)).join();
    find(new Caller(Role.WORKER, own.appId(), "app", 8L)).join();
    Failed.with(
        ErrorCode.SESSION_GONE, find(new Caller(Role.WORKER, foreign.appId(), "foreign", 9L)));

    assertThat(sessions.tokenOf(session)).contains(8L);
  }

  @Test
  void answersSessionGoneForForeignSession() {
    Failed.with(ErrorCode.SESSION_GONE, findIncludingEnded(foreign));
    Failed.with(ErrorCode.SESSION_GONE, find(foreign));
  }

  @Test
  void answersSessionGoneForCachedForeignSession() {
    find(own).join();

    Failed.with(ErrorCode.SESSION_GONE, findIncludingEnded(foreign));
    Failed.with(ErrorCode.SESSION_GONE, find(foreign));
  }

  @Test
  void findsEndedSessionOnlyForReports() {
    database.update("update worker_session set ended_at = now()");

    assertThat(findIncludingEnded(own).join()).isEqualTo(session);
    Failed.with(ErrorCode.SESSION_GONE, findIncludingEnded(foreign));
    Failed.with(ErrorCode.SESSION_GONE, find(own));
  }

  @Test
  void answersSessionGoneForUnknownSession() {
    session = UUID.randomUUID();

    Failed.with(ErrorCode.SESSION_GONE, findIncludingEnded(own));
    Failed.with(ErrorCode.SESSION_GONE, find(own));
  }

  /** A session that another replica opened takes memory here, too. */
  @Test
  void refusesSessionFromAnotherReplicaBeyondMemoryLimitOfApp() {
    SessionMemory memory = LiveSessions.memory();
    sessions =
        new SessionRegistry(
            new SessionStore(database.hot()),
            new LeaseOf30Seconds(),
            executor,
            ticker,
            new HintBus(),
            executor.metrics(),
            memory);
    Capabilities large =
        new Capabilities(
            own.appId(), List.of("x".repeat((int) SessionMemory.MAX_BYTES_PER_APP)), List.of());
    Capabilities kept = memory.take("w", large).orElseThrow();

    Failed.with(ErrorCode.OVERLOADED, find(own));
    memory.release("w", kept);

    assertThat(find(own).join().id()).isEqualTo(session);
  }

  /** Its first answer may have been lost on the way. */
  @Test
  void continuesSessionOnRepeatedHandshake() {
    UUID id = UUID.randomUUID();
    Session first = LiveSessions.opened(sessions, own.appId(), "w", id);
    ticker.advance(Duration.ofSeconds(20));
    SessionRegistry otherReplica = registry(new SessionStore(database.hot()));

    Session again = LiveSessions.opened(sessions, own.appId(), "w", id);
    Session elsewhere = LiveSessions.opened(otherReplica, own.appId(), "w", id);

    assertThat(again).isSameAs(first);
    assertThat(again.leaseRemaining()).isEqualTo(Duration.ofSeconds(30));
    assertThat(elsewhere.id()).isEqualTo(id);
    assertThat(database.number("select count(*) from worker_session where id = ?", id)).isOne();
  }

  @Test
  void opensNewSessionWhenIdIsTakenOrEnded() {
    UUID id = UUID.randomUUID();
    LiveSessions.opened(sessions, own.appId(), "w", id);

    UUID ofOtherWorker = LiveSessions.opened(sessions, own.appId(), "w-2", id).id();
    UUID ofOtherApp = LiveSessions.opened(sessions, foreign.appId(), "w", id).id();
    database.update("update worker_session set ended_at = now() where id = ?", id);
    UUID afterEnd = LiveSessions.opened(sessions, own.appId(), "w", id).id();

    assertThat(Set.of(id, ofOtherWorker, ofOtherApp, afterEnd)).hasSize(4);
  }

  /** The lease in the database begins with the insert, however late its answer is. */
  @Test
  void startsLeaseAtDatabaseRequestOfNewSession() {
    SessionRegistry slow =
        registry(
            new SessionStore(database.hot()) {
              @Override
              Optional<Instant> open(
                  UUID id,
                  int appId,
                  WorkerOffer offer,
                  Terms terms,
                  Capabilities capabilities,
                  Duration lease) {
                Optional<Instant> now = super.open(id, appId, offer, terms, capabilities, lease);
                ticker.advance(Duration.ofSeconds(2));
                return now;
              }
            });

    assertThat(LiveSessions.opened(slow, own.appId()).leaseRemaining())
        .isEqualTo(Duration.ofSeconds(28));
  }

  @Test
  void storesLeaseEndOfNewSession() {
    SessionRegistry atNoon = registry(new SessionStore(database.hotAt(NOON)));

    UUID id = LiveSessions.opened(atNoon, own.appId()).id();

    assertThat(database.texts("select lease_until::text from worker_session where id = ?", id))
        .containsExactly("2026-03-01 12:00:30+00");
  }

  @Test
  void readsRemainingLeaseOfSessionFromAnotherReplica() {
    database.update("update worker_session set lease_until = '2026-03-01T12:00:07Z'");
    sessions = registry(new SessionStore(database.hotAt(NOON)));

    assertThat(find(own).join().leaseRemaining()).isEqualTo(Duration.ofSeconds(7));
  }

  /** Each renewal reaches one session only. */
  @Test
  void returnsSameSessionToConcurrentFirstRequests() {
    CompletableFuture<Session> poll = sessions.find(own, session.toString());
    CompletableFuture<Session> renewal = sessions.find(own, session.toString());

    executor.runAll();

    assertThat(poll.join()).isSameAs(renewal.join()).isSameAs(find(own).join());
  }

  private CompletableFuture<Session> find(Caller caller) {
    return answer(() -> sessions.find(caller, session.toString()));
  }

  private CompletableFuture<UUID> findIncludingEnded(Caller caller) {
    return answer(() -> sessions.findIncludingEnded(caller, session.toString()));
  }

  /** A refusal may be thrown, too. */
  private <T> CompletableFuture<T> answer(Supplier<CompletableFuture<T>> lookup) {
    CompletableFuture<T> answer =
        CompletableFuture.completedFuture(lookup).thenCompose(Supplier::get);
    executor.runAll();
    return answer;
  }
}
