package dev.orrery.scheduler.engine.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.scheduler.base.database.Call;
import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.SqlStatement;
import dev.orrery.scheduler.base.database.StoreDatabase;
import dev.orrery.scheduler.base.database.StoreTest;
import dev.orrery.scheduler.base.database.StoredJob;
import dev.orrery.scheduler.engine.worker.RenewStore.Line;
import dev.orrery.scheduler.engine.worker.RenewStore.Renewal;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RenewStoreTest extends StoreTest {
  private static final Duration LEASE = Duration.ofHours(2);
  private static final String END = "update worker_session set ended_at = now() where id = ?";

  private StoredJob job;
  private UUID session;

  @BeforeEach
  void createRows() {
    job = database.job();
    session = database.session(job);
  }

  @Test
  void extendsLeaseFromNow() {
    assertThat(renew(database.hot())).containsExactly(new Line(session, true, null, false));
    assertThat(leaseSeconds()).isBetween(LEASE.toSeconds() - 60, LEASE.toSeconds());
  }

  @Test
  void leavesEndedSessionUnrenewed() {
    database.update(END, session);

    assertThat(renew(database.hot())).containsExactly(new Line(session, false, null, false));
    assertThat(leaseSeconds()).isLessThanOrEqualTo(60);
  }

  @Test
  void renewsNoSessionEndedConcurrently() {
    StoreDatabase.Client ending = database.begin();
    ending.update(END, session);

    Call<List<Line>> renewal = database.call(hot -> renew(hot)).awaitBlocked();
    ending.commit();

    assertThat(renewal.result()).extracting(Line::live).containsExactly(false);
    assertThat(leaseSeconds()).isLessThanOrEqualTo(60);
  }

  @Test
  void renewsWithoutWaitingForClaimOfSameSession() {
    StoreDatabase.Client claiming = database.begin();
    claiming.lock("select id from worker_session where id = ? for key share", session);

    List<Line> lines = database.callWithoutBlocking(hot -> renew(hot));

    assertThat(lines).extracting(Line::live).containsExactly(true);
  }

  @Test
  void returnsOnlyLostAndCanceledAttempts() {
    job.running(1, session);
    job.running(2, session, "cancel_requested_at = now()");
    job.running(3, session, "attempt = 2");
    job.running(4, database.session(job));

    assertThat(renew(database.hot(), 1, 2, 3, 4, 5))
        .containsExactlyInAnyOrder(
            new Line(session, true, new AttemptRef(2, 1), false),
            new Line(session, true, new AttemptRef(3, 1), true),
            new Line(session, true, new AttemptRef(4, 1), true),
            new Line(session, true, new AttemptRef(5, 1), true));
  }

  @Test
  void keepsSessionDrainingOnLaterRenewals() {
    renew(database.hot(), true);
    renew(database.hot(), false);

    assertThat(database.texts("select draining from worker_session")).containsExactly("t");
  }

  /** An index of what it changes would grow with each renewal. */
  @Test
  void performsHeapOnlyTupleUpdateOnRenewal() {
    StoreDatabase.Client renewing = database.begin();

    renew(renewing, 1);

    assertThat(
            renewing.<Optional<Long>>autocommit(
                connection ->
                    SqlStatement.of(
                            connection,
                            "select pg_stat_get_xact_tuples_hot_updated('worker_session'::regclass) as hot")
                        .first(row -> row.getLong("hot"))))
        .contains(1L);
  }

  private List<Line> renew(EngineDatabase client, long... held) {
    List<AttemptRef> attempts = Arrays.stream(held).mapToObj(id -> new AttemptRef(id, 1)).toList();
    return new RenewStore(client).renew(List.of(new Renewal(session, attempts, false)), LEASE);
  }

  private void renew(EngineDatabase client, boolean draining) {
    new RenewStore(client).renew(List.of(new Renewal(session, List.of(), draining)), LEASE);
  }

  private long leaseSeconds() {
    return database.number(
        "select extract(epoch from lease_until - now())::bigint from worker_session where id = ?",
        session);
  }

  @Test
  void renewsOnlyGivenSessions() {
    UUID other = database.session(job);

    renew(database.hot(), 1, 2);

    assertThat(database.numbers("select held_count from worker_session order by held_count"))
        .containsExactly(0L, 2L);
    assertThat(
            database.texts(
                "select id from worker_session where lease_until < now() + interval '5 minutes'"))
        .containsExactly(other.toString());
  }

  @Test
  void returnsAttemptStatePerSession() {
    UUID other = database.session(job);
    job.running(1, session, "cancel_requested_at = now()");

    List<Line> lines =
        new RenewStore(database.hot())
            .renew(
                List.of(
                    new Renewal(session, List.of(new AttemptRef(1, 1)), false),
                    new Renewal(other, List.of(new AttemptRef(1, 1)), true)),
                LEASE);

    assertThat(lines)
        .containsExactlyInAnyOrder(
            new Line(session, true, new AttemptRef(1, 1), false),
            new Line(other, true, new AttemptRef(1, 1), true));
    assertThat(database.texts("select id from worker_session where draining"))
        .containsExactly(other.toString());
  }

  @Test
  void reportsAttemptLostWhenRunIsNotRunning() {
    job.instance(1, "attempt = 1", "session_id = '" + session + "'");

    assertThat(renew(database.hot(), 1))
        .containsExactly(new Line(session, true, new AttemptRef(1, 1), true));
  }
}
