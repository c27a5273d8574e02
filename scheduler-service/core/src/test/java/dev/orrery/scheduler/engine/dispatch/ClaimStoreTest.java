package dev.orrery.scheduler.engine.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.scheduler.base.database.Call;
import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.StoreDatabase;
import dev.orrery.scheduler.base.database.StoreTest;
import dev.orrery.scheduler.base.database.StoredJob;
import dev.orrery.scheduler.engine.dispatch.ClaimCursor.Scan;
import dev.orrery.scheduler.engine.dispatch.ClaimStore.ClaimResult;
import dev.orrery.scheduler.engine.dispatch.ClaimStore.HeldAttempts;
import dev.orrery.scheduler.engine.worker.Capabilities;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClaimStoreTest extends StoreTest {
  private static final int PRIORITY = 5;
  private static final String END = "update worker_session set ended_at = now() where id = ?";

  private StoredJob job;
  private UUID session;
  private Capabilities capabilities;

  @BeforeEach
  void createRows() {
    job = database.job();
    session = database.session(job);
    capabilities = new Capabilities(job.app(), List.of("noop"), List.of());
  }

  @Test
  void claimsEarliestDueTimeFirst() {
    job.instance(1, "due_at = now() - interval '1 hour'");
    job.instance(2, "due_at = now() - interval '3 hours'");
    job.instance(3, "due_at = now() - interval '2 hours'");

    assertThat(ids(claim(database.hot(), 1))).containsExactly(2L);
    assertThat(ids(claim(database.hot(), 1))).containsExactly(3L);
    assertThat(ids(claim(database.hot(), 1))).containsExactly(1L);
  }

  @Test
  void claimsSmallerIdFirstAtEqualDueTime() {
    for (long id : List.of(2, 3, 1)) {
      job.instance(id, "due_at = '2026-01-01'");
    }

    assertThat(ids(claim(database.hot(), 2))).containsExactlyInAnyOrder(1L, 2L);
  }

  @Test
  void scansLanesInOrderUntilSlotsAreFilled() {
    job.instance(1, "priority = 1", "due_at = now() - interval '1 hour'");
    job.instance(2, "priority = 9");
    List<LaneScan> scans = List.of(scan(9, QueuePosition.START), scan(1, QueuePosition.START));

    assertThat(ids(claim(database.hot(), scans, List.of(session)))).containsExactly(2L);
    assertThat(ids(claim(database.hot(), scans, List.of(session)))).containsExactly(1L);
  }

  @Test
  void claimsInstanceWithMissingVersion() {
    job.instance(1, "due_at = now() - interval '1 hour'", "job_version_id = -1");
    job.instance(2);

    List<ClaimedInstance> claimed = claim(database.hot(), 1);

    assertThat(ids(claimed)).containsExactly(1L);
    assertThat(claimed.get(0).timeLeft()).isNull();
    assertThat(ids(claim(database.hot(), 1))).containsExactly(2L);
  }

  @Test
  void startsScanAtCursor() {
    job.instance(1, "due_at = '2026-01-01T00:00:00Z'");
    job.instance(2, "due_at = '2026-01-01T00:00:00Z'");
    job.instance(3, "due_at = '2026-01-01T00:00:01Z'");
    QueuePosition second = new QueuePosition(1_767_225_600_000_000L, 2);

    List<ClaimedInstance> claimed =
        claim(database.hot(), List.of(scan(PRIORITY, second)), slots(session, 5));

    assertThat(claimed)
        .extracting(ClaimedInstance::position)
        .containsExactlyInAnyOrder(second, new QueuePosition(1_767_225_601_000_000L, 3));
  }

  @Test
  void claimsOnlyReadyInstances() {
    job.instance(1, "state = 0");
    job.instance(2, "state = 2");
    job.running(3, database.session(job));
    job.instance(4);

    assertThat(ids(claim(database.hot(), 5))).containsExactly(4L);
    assertThat(database.instancesIn(3)).containsExactly(3L, 4L);
  }

  @Test
  void assignsClaimedInstancesToSlotsInTurn() {
    UUID other = database.session(job);
    for (int id = 1; id <= 3; id++) {
      job.instance(id, "due_at = now() - interval '1 hour' + interval '1 second' * " + id);
    }

    List<ClaimedInstance> claimed =
        claim(database.hot(), scans(), List.of(session, other, session, other));

    assertThat(claimed)
        .extracting(one -> one.attempt() + " " + one.session())
        .containsExactlyInAnyOrder(
            new AttemptRef(1, 1) + " " + session,
            new AttemptRef(2, 1) + " " + other,
            new AttemptRef(3, 1) + " " + session);
  }

  @Test
  void skipsRowsLockedByAnotherClaim() {
    job.instance(1, "due_at = now() - interval '1 hour'");
    job.instance(2);
    UUID other = database.session(job);
    StoreDatabase.Client first = database.begin();
    assertThat(ids(claim(first, 1))).containsExactly(1L);

    List<ClaimedInstance> second =
        database.callWithoutBlocking(hot -> claim(hot, scans(), slots(other, 5)));

    assertThat(ids(second)).containsExactly(2L);
  }

  @Test
  void claimsNothingForEndedSession() {
    job.instance(1);
    database.update(END, session);

    assertThat(claim(database.hot(), 5)).isEmpty();
    assertThat(database.instancesIn(1)).containsExactly(1L);
  }

  @Test
  void claimsNothingForDrainingSession() {
    job.instance(1);
    database.update("update worker_session set draining = true where id = ?", session);

    assertThat(claim(database.hot(), 5)).isEmpty();
  }

  @Test
  void skipsSlotsOfEndedSession() {
    UUID other = database.session(job);
    job.instance(1);
    database.update(END, session);

    assertThat(claim(database.hot(), scans(), List.of(session, other)))
        .extracting(ClaimedInstance::session)
        .containsExactly(other);
  }

  @Test
  void reportsOnlyEndedAndDrainingSessionsAsClosed() {
    UUID draining = database.session(job);
    UUID open = database.session(job);
    database.update(END, session);
    database.update("update worker_session set draining = true where id = ?", draining);

    ClaimResult found = found(database.hot(), scans(), List.of(session, draining, open));

    assertThat(found.rows()).isEmpty();
    assertThat(found.closed()).containsExactlyInAnyOrder(session, draining);
  }

  @Test
  void leavesRowsBeyondLiveSessionSlotsUnlocked() {
    job.instance(1, "due_at = now() - interval '1 hour'");
    job.instance(2);
    UUID other = database.session(job);
    UUID third = database.session(job);
    database.update(END, session);
    StoreDatabase.Client first = database.begin();
    assertThat(ids(claim(first, scans(), List.of(session, other)))).containsExactly(1L);

    List<ClaimedInstance> second =
        database.callWithoutBlocking(hot -> claim(hot, scans(), slots(third, 5)));

    assertThat(ids(second)).containsExactly(2L);
  }

  @Test
  void waitsForConcurrentSessionEndAndClaimsNothing() {
    job.instance(1);
    StoreDatabase.Client ending = database.begin();
    ending.lock("select id from worker_session where id = ? for update", session);
    ending.update(END, session);

    Call<List<ClaimedInstance>> claim = database.call(hot -> claim(hot, 5)).awaitBlocked();
    ending.commit();

    assertThat(claim.result()).isEmpty();
    assertThat(database.instancesIn(1)).containsExactly(1L);
  }

  @Test
  void blocksSessionEndDuringClaim() {
    job.instance(1);
    StoreDatabase.Client claiming = database.begin();
    claim(claiming, 5);

    Call<List<Long>> ending =
        database
            .call(
                hot ->
                    hot.transaction(
                        connection -> {
                          try (var lock =
                              connection.prepareStatement(
                                  "select from worker_session where id = ? for update")) {
                            lock.setObject(1, session);
                            lock.execute();
                          }
                          return database.instancesIn(3);
                        }))
            .awaitBlocked();
    claiming.commit();

    assertThat(ending.result()).as("what the session holds").containsExactly(1L);
  }

  @Test
  void addsTwoSecondsToWorkerTimeoutForDeadline() {
    job.version("timeout = interval '5 seconds'").instance(1);

    ClaimedInstance claimed = claim(database.hot(), 1).get(0);

    assertThat(claimed.timeLeft()).isEqualTo(Duration.ofSeconds(5));
    assertThat(
            database.number(
                "select (extract(epoch from deadline_at - started_at) * 1000)::bigint from instance"))
        .isEqualTo(7000);
    assertThat(held().missing().get(0).timeLeft()).isBetween(Duration.ZERO, Duration.ofSeconds(5));
  }

  @Test
  void setsNoDeadlineWithoutTimeout() {
    job.instance(1);

    assertThat(claim(database.hot(), 1).get(0).timeLeft()).isNull();
    assertThat(database.number("select count(*) from instance where deadline_at is null")).isOne();
  }

  @Test
  void returnsHeldAttemptsOfSessionOnly() {
    job.running(1, session);
    job.running(2, session, "cancel_requested_at = now()");
    job.running(3, database.session(job));
    job.instance(4);

    HeldAttempts held = held();

    assertThat(ids(held.missing())).containsExactly(1L);
    assertThat(held.canceled()).containsExactly(new AttemptRef(2, 1));
    assertThat(held.all()).containsExactlyInAnyOrder(new AttemptRef(1, 1), new AttemptRef(2, 1));
    assertThat(held.complete()).isTrue();
  }

  @Test
  void returnsUnreportedAttemptsAsMissing() {
    job.running(1, session);
    job.running(2, session);
    job.running(3, session, "attempt = 2");

    HeldAttempts held =
        held(List.of(new AttemptRef(1, 1), new AttemptRef(3, 1), new AttemptRef(9, 1)), 100);

    assertThat(ids(held.missing())).containsExactlyInAnyOrder(2L, 3L);
    assertThat(held.all()).hasSize(3);
  }

  @Test
  void returnsBoundedNumberOfMissingAttemptsWithParameters() {
    int count = ClaimStore.MAX_MISSING + 5;
    for (int i = 1; i <= count; i++) {
      job.running(i, session, "parameters = '{\"a\":\"b\"}'");
    }
    List<AttemptRef> named = List.of(new AttemptRef(1, 1), new AttemptRef(2, 1));

    HeldAttempts held = held(named, 1_000);

    assertThat(held.missing())
        .hasSize(ClaimStore.MAX_MISSING)
        .allMatch(one -> one.parameters() != null);
    assertThat(held.all()).hasSize(count);
    assertThat(held.complete()).isFalse();
  }

  @Test
  void returnsBoundedNumberOfHeldAttempts() {
    for (int i = 1; i <= 10; i++) {
      job.running(i, session);
    }

    assertThat(held(List.of(), 4).all()).hasSize(4);
    assertThat(held(List.of(), 10).complete()).isFalse();
    assertThat(held(List.of(), 11).complete()).isTrue();
  }

  private HeldAttempts held() {
    return held(List.of(), 100);
  }

  private HeldAttempts held(List<AttemptRef> named, int limit) {
    return new ClaimStore(database.hot()).held(session, named, limit);
  }

  private List<ClaimedInstance> claim(EngineDatabase client, int rows) {
    return claim(client, scans(), slots(session, rows));
  }

  private List<ClaimedInstance> claim(
      EngineDatabase client, List<LaneScan> scans, List<UUID> slots) {
    return found(client, scans, slots).rows();
  }

  private ClaimResult found(EngineDatabase client, List<LaneScan> scans, List<UUID> slots) {
    return new ClaimStore(client).claim(capabilities, Set.copyOf(slots), scans, slots);
  }

  private List<LaneScan> scans() {
    return List.of(scan(PRIORITY, QueuePosition.START));
  }

  private LaneScan scan(int priority, QueuePosition since) {
    Lane lane = new Lane(job.lane(), job.app(), "noop", List.of());
    return new LaneScan(lane, priority, new Scan(since, 1));
  }

  private static List<UUID> slots(UUID session, int rows) {
    return Collections.nCopies(rows, session);
  }

  private static List<Long> ids(List<ClaimedInstance> claimed) {
    return claimed.stream().map(one -> one.attempt().instance()).toList();
  }

  @Test
  void claimsFromReassignedLaneOnlyForItsNewApp() {
    StoredJob other = database.job();
    job.instance(1);
    database.update(
        "update lane set app_id = ?, tags = '{x}' where id = ?", other.app(), job.lane());
    capabilities = new Capabilities(job.app(), List.of("noop"), List.of("x"));

    assertThat(claim(database.hot(), 5)).isEmpty();

    capabilities = new Capabilities(other.app(), List.of("noop"), List.of("x"));
    assertThat(ids(claim(database.hot(), 5))).containsExactly(1L);
  }

  @Test
  void claimsNothingFromLaneWhoseTagsWorkerLacks() {
    job.instance(1);
    database.update("update lane set tags = '{gpu,x}' where id = ?", job.lane());
    capabilities = new Capabilities(job.app(), List.of("noop"), List.of("gpu"));

    assertThat(claim(database.hot(), 5)).isEmpty();

    capabilities = new Capabilities(job.app(), List.of("noop"), List.of("gpu", "ssd", "x"));
    assertThat(ids(claim(database.hot(), 5))).containsExactly(1L);
  }

  @Test
  void claimsNothingFromLaneWhoseProcessorWorkerLacks() {
    job.instance(1);
    database.update("update lane set processor = 'shell' where id = ?", job.lane());

    assertThat(claim(database.hot(), 5)).isEmpty();
  }

  @Test
  void returnsVersionOfClaimedAndHeldInstances() {
    job.instance(1);
    job.running(2, session);

    assertThat(claim(database.hot(), 1))
        .singleElement()
        .matches(one -> one.version().equals(job.key()) && one.consistent());
    assertThat(held().missing())
        .hasSize(2)
        .allMatch(one -> one.version().equals(job.key()) && one.consistent());
  }

  @Test
  void marksInstanceWithVersionOfAnotherJobOrLaneAsInconsistent() {
    StoredJob sibling = job.sibling("sibling");
    job.instance(1, "job_version_id = " + sibling.version());
    StoredJob other = database.job();
    job.instance(2, "job_version_id = " + other.version(), "job_id = " + other.id());

    assertThat(claim(database.hot(), 5)).hasSize(2).noneMatch(ClaimedInstance::consistent);
    assertThat(held().missing()).hasSize(2).noneMatch(ClaimedInstance::consistent);
  }

  @Test
  void claimsOnlyInstancesOfScannedLanes() {
    database.job().instance(1);
    job.instance(2);

    assertThat(ids(claim(database.hot(), 2))).containsExactly(2L);
  }

  @Test
  void derivesDeadlineFromVersionOfInstance() {
    job.sibling("before").version("timeout = interval '1 hour'");
    StoredJob own = job.sibling("own").version("timeout = interval '1 minute'");
    job.sibling("after").version("timeout = interval '2 hours'");
    own.instance(1);

    claim(database.hot(), 1);

    assertThat(
            database.number(
                "select extract(epoch from deadline_at - started_at)::bigint from instance"))
        .isEqualTo(62);
  }

  @Test
  void returnsOnlyRunningAttemptsOfSessionAsHeld() {
    job.running(1, session);
    job.running(2, database.session(job));
    job.instance(3, "attempt = 1", "session_id = '" + session + "'");

    HeldAttempts held = held();

    assertThat(ids(held.missing())).containsExactly(1L);
  }

  @Test
  void reportsNoSessionsOutsideClaimAsClosed() {
    UUID ended = database.session(job);
    database.update(END, ended);
    UUID other = database.session(job);
    database.update(END, other);
    job.instance(1);

    ClaimResult found = found(database.hot(), scans(), List.of(session, ended));

    assertThat(found.closed()).containsExactly(ended);
    assertThat(ids(found.rows())).containsExactly(1L);
  }
}
