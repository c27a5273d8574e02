package dev.orrery.scheduler.engine.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.scheduler.base.database.Call;
import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.StoreDatabase;
import dev.orrery.scheduler.base.database.StoreTest;
import dev.orrery.scheduler.base.database.StoredJob;
import dev.orrery.scheduler.model.instance.Fence;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SessionEndStoreTest extends StoreTest {
  private StoredJob job;

  @BeforeEach
  void createRows() {
    job = database.job();
  }

  @Test
  void selectsOnlyLiveSessionsWithExpiredLease() {
    UUID expired = expiredSession();
    database.session(job);
    UUID ended = expiredSession();
    database.update("update worker_session set ended_at = now() where id = ?", ended);

    assertThat(lockExpired(database.hot())).containsExactly(expired);
  }

  @Test
  void returnsReasonsOfRevokedAndExpiredTokens() {
    token(1, "null", "null");
    token(2, "now()", "now() - interval '1 day'");
    token(3, "null", "now() - interval '1 second'");
    token(4, "null", "now() + interval '1 day'");
    token(5, "now()", "null");

    Map<Long, String> refusals =
        database
            .hot()
            .transaction(
                connection -> SessionEndStore.refusals(connection, List.of(1L, 2L, 3L, 4L)));

    assertThat(refusals)
        .containsOnly(Map.entry(2L, "TOKEN_REVOKED"), Map.entry(3L, "TOKEN_EXPIRED"));
  }

  private void token(long id, String revokedAt, String expiresAt) {
    database.update(
        """
        insert into token (id, app_id, role, hash, revoked_at, expires_at)
        overriding system value values (?, ?, 'worker', ?::text::bytea, %s, %s)
        """
            .formatted(revokedAt, expiresAt),
        id,
        job.app(),
        Long.toString(id));
  }

  @Test
  void skipsExpiredSessionsLockedByAnotherReplica() {
    UUID first = expiredSession();
    UUID second = expiredSession();
    StoreDatabase.Client other = database.begin();
    other.lock("select id from worker_session where id = ? for update", first);

    List<UUID> others = database.callWithoutBlocking(this::lockExpired);

    assertThat(others).containsExactly(second);
  }

  @Test
  void locksExpiredSessionsUntilEndOfTransaction() {
    expiredSession();
    lockExpired(database.begin());

    List<UUID> others = database.callWithoutBlocking(this::lockExpired);

    assertThat(others).isEmpty();
  }

  @Test
  void endsSessionOnceForConcurrentEnds() {
    UUID session = database.session(job);
    StoreDatabase.Client first = database.begin();
    assertThat(lockLive(first, session)).containsExactly(session);

    Call<List<UUID>> second = database.call(hot -> lockLive(hot, session)).awaitBlocked();
    first.transaction(
        connection -> {
          SessionEndStore.end(connection, List.of(session), "BYE");
          return null;
        });
    first.commit();

    assertThat(second.result()).isEmpty();
  }

  /**
   * Claims lock the sessions that they give work to: what they give is seen by whoever ends one.
   */
  @Test
  void waitsForOngoingClaimBeforeEndingSession() {
    UUID session = database.session(job);
    StoreDatabase.Client claim = database.begin();
    claim.lock("select id from worker_session where id = ? for key share", session);

    Call<List<UUID>> live = database.call(hot -> lockLive(hot, session)).awaitBlocked();
    claim.commit();

    assertThat(live.result()).containsExactly(session);
  }

  @Test
  void skipsExpiryOfSessionDuringOngoingClaim() {
    UUID session = expiredSession();
    StoreDatabase.Client claim = database.begin();
    claim.lock("select id from worker_session where id = ? for key share", session);

    assertThat(database.callWithoutBlocking(this::lockExpired)).isEmpty();

    claim.commit();
    assertThat(lockExpired(database.hot())).containsExactly(session);
  }

  @Test
  void findsRunningInstancesOfEndedSessionsAsOrphans() {
    UUID ended = database.session(job);
    job.running(1, ended);
    job.running(2, database.session(job));
    database.update("update worker_session set ended_at = now() where id = ?", ended);

    List<Fence> orphans =
        database.hot().transaction(connection -> SessionEndStore.orphans(connection, 10));

    assertThat(orphans).containsExactly(new Fence(new AttemptRef(1, 1), ended));
  }

  private UUID expiredSession() {
    UUID session = database.session(job);
    database.update(
        "update worker_session set lease_until = now() - interval '1 second' where id = ?",
        session);
    return session;
  }

  private List<UUID> lockExpired(EngineDatabase client) {
    return client.transaction(connection -> SessionEndStore.lockExpired(connection, 20));
  }

  private static List<UUID> lockLive(EngineDatabase client, UUID session) {
    return client.transaction(connection -> SessionEndStore.lockLive(connection, session));
  }

  @Test
  void expiresSessionOnlyAfterEndOfLease() {
    UUID session = database.session(job);
    database.update("update worker_session set lease_until = '2026-01-01T09:00:00Z'");
    Instant nine = Instant.parse("2026-01-01T09:00:00Z");

    assertThat(lockExpired(database.hotAt(nine))).isEmpty();
    assertThat(lockExpired(database.hotAt(nine.plusMillis(1)))).containsExactly(session);
  }

  @Test
  void limitsExpiredSessionsPerBatchInIdOrder() {
    List<UUID> expired =
        Stream.of(expiredSession(), expiredSession(), expiredSession())
            .sorted(Comparator.comparing(UUID::toString))
            .toList();

    assertThat(
            database
                .hot()
                .<List<UUID>>transaction(connection -> SessionEndStore.lockExpired(connection, 2)))
        .isEqualTo(expired.subList(0, 2));
  }

  @Test
  void endsOnlyGivenSessions() {
    UUID ended = database.session(job);
    UUID other = database.session(job);
    database.update("update worker_session set held_count = 3");

    database
        .hot()
        .transaction(
            connection -> {
              SessionEndStore.end(connection, List.of(ended), "BYE");
              return null;
            });

    assertThat(
            database.texts(
                "select id || ' ' || end_reason || ' ' || held_count from worker_session"
                    + " where ended_at is not null"))
        .containsExactly(ended + " BYE 0");
    assertThat(lockLive(database.hot(), other)).containsExactly(other);
    assertThat(database.numbers("select held_count from worker_session where ended_at is null"))
        .containsExactly(3L);
  }

  @Test
  void findsOnlyAttemptsRunningInGivenSessions() {
    UUID session = database.session(job);
    job.running(1, session);
    job.instance(2, "attempt = 1", "session_id = '" + session + "'");
    job.running(3, database.session(job));

    assertThat(
            database
                .hot()
                .<List<Fence>>transaction(
                    connection -> SessionEndStore.held(connection, List.of(session))))
        .containsExactly(new Fence(new AttemptRef(1, 1), session));
  }

  @Test
  void limitsOrphansPerBatch() {
    UUID ended = database.session(job);
    database.update("update worker_session set ended_at = now()");
    job.running(1, ended);
    job.running(2, ended);
    job.instance(3, "attempt = 1", "session_id = '" + ended + "'");

    assertThat(orphans(1)).hasSize(1);
    assertThat(orphans(10)).extracting(one -> one.attempt().instance()).containsOnly(1L, 2L);
  }

  private List<Fence> orphans(int limit) {
    return database.hot().transaction(connection -> SessionEndStore.orphans(connection, limit));
  }

  @Test
  void locksOnlyEndingSession() {
    UUID other = database.session(job);
    UUID session = database.session(job);

    assertThat(lockLive(database.begin(), session)).containsExactly(session);

    database.callWithoutBlocking(client -> lockLive(client, other));
  }
}
