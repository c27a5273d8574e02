package dev.orrery.scheduler.engine.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.scheduler.base.database.StoreTest;
import dev.orrery.scheduler.base.database.StoredJob;
import dev.orrery.scheduler.base.hint.Hint.CancelRequested;
import dev.orrery.scheduler.engine.worker.SessionStore.Stored;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SessionStoreTest extends StoreTest {
  private static final Instant NINE = Instant.parse("2026-01-01T09:00:00Z");

  private StoredJob job;
  private UUID session;
  private UUID other;

  @BeforeEach
  void createRows() {
    job = database.job();
    session = database.session(job);
    other = database.session(database.job());
  }

  @Test
  void findsStoredSessionById() {
    database.update("update worker_session set worker = 'other' where id = ?", other);

    Map<UUID, Stored> found = store().find(List.of(session, UUID.randomUUID()));

    assertThat(found).containsOnlyKeys(session);
    assertThat(found.get(session).worker()).isEqualTo("worker");
    assertThat(found.get(session).appId()).isEqualTo(job.app());
    assertThat(found.get(session).ended()).isFalse();
  }

  @Test
  void clampsRemainingLeaseToZero() {
    database.update("update worker_session set lease_until = '2026-01-01T09:00:00Z'");

    assertThat(remainingAt(NINE.minusSeconds(5))).isEqualTo(Duration.ofSeconds(5));
    assertThat(remainingAt(NINE.plusSeconds(5))).isZero();
  }

  /** After an outage such a session can still renew, at any replica. */
  @Test
  void treatsSessionWithExpiredLeaseAsNotEnded() {
    database.update("update worker_session set lease_until = '2026-01-01T09:00:00Z'");

    assertThat(store().find(List.of(session)).get(session).ended()).isFalse();
  }

  @Test
  void selectsLiveSessionsAmongGivenSessions() {
    UUID ended = database.session(job);
    database.update("update worker_session set ended_at = now() where id = ?", ended);

    assertThat(store().liveAmong(List.of(session, ended))).containsExactly(session);
  }

  @Test
  void findsCancelRequestsOfRunningAttemptsInGivenSessions() {
    String canceled = "cancel_requested_at = now()";
    job.running(1, session, canceled);
    job.running(2, session);
    job.running(3, other, canceled);
    job.instance(4, canceled, "attempt = 1", "session_id = '" + session + "'");

    assertThat(store().cancelsOf(List.of(session)))
        .containsExactly(new CancelRequested(session, new AttemptRef(1, 1)));
  }

  private SessionStore store() {
    return new SessionStore(database.hot());
  }

  private Duration remainingAt(Instant now) {
    return new SessionStore(database.hotAt(now))
        .find(List.of(session))
        .get(session)
        .leaseRemaining();
  }
}
