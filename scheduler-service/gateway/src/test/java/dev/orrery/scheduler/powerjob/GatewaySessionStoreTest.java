package dev.orrery.scheduler.powerjob;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.scheduler.base.database.StoreTest;
import dev.orrery.scheduler.powerjob.GatewaySessionStore.Beat;
import dev.orrery.scheduler.powerjob.GatewaySessionStore.Kept;
import dev.orrery.scheduler.powerjob.GatewaySessionStore.Owned;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class GatewaySessionStoreTest extends StoreTest {
  private static final UUID FIRST = UUID.randomUUID();
  private static final UUID SECOND = UUID.randomUUID();
  private static final UUID SESSION = UUID.randomUUID();

  @Test
  void findsLaterAttemptsByWireIdAndFirstByInstance() {
    GatewaySessionStore store = new GatewaySessionStore(database.hot());
    UUID session = session();
    database.job().running(6, session);
    database.update("insert into powerjob_attempt values (1000, 6, 2)");

    Map<Long, GatewaySessionStore.Found> found =
        store.find(Map.of(1000L, 5L, 1001L, 6L, 1002L, 7L));

    assertThat(found).containsOnlyKeys(1001L);
    assertThat(found.get(1001L).attempt()).isEqualTo(new AttemptRef(6, 1));
    assertThat(found.get(1001L).session()).isEqualTo(session);
    assertThat(found.get(1001L).running()).isTrue();
    assertThat(found.get(1001L).canceledMillis()).isNull();
    assertThat(found.get(1001L).timeoutMillis()).isNull();

    database.update("update instance set attempt = 2, cancel_requested_at = now()");
    database.update("update job_version set timeout = interval '90 seconds'");
    GatewaySessionStore.Found second = store.find(Map.of(1000L, 5L, 1001L, 6L)).get(1000L);
    assertThat(second.attempt()).isEqualTo(new AttemptRef(6, 2));
    assertThat(second.canceledMillis()).isBetween(0L, 60_000L);
    assertThat(second.timeoutMillis()).isEqualTo(90_000);
  }

  @Test
  void returnsPowerJobNumberOfImportedJob() {
    GatewaySessionStore store = new GatewaySessionStore(database.hot());
    int app = database.job().app();
    String name = database.texts("select name from job").get(0);
    assertThat(store.jobs(app, Set.of(name)).get(name)).isGreaterThan(1000);

    database.update("insert into powerjob_job select app_id, 17, id from job");

    assertThat(store.jobs(app, Set.of(name))).isEqualTo(Map.of(name, 17L));
    database.update("update lane set tags = '{gpu}'");
    assertThat(store.laneTags(app, 17)).containsExactly("gpu");
  }

  private UUID session() {
    UUID session = database.session(database.job());
    database.update("update worker_session set dialect = 'powerjob'");
    return session;
  }

  @Test
  void reportsRunningAttemptsThatWereNeverSent() {
    GatewaySessionStore store = new GatewaySessionStore(database.hot());
    UUID session = session();
    database.job().running(6, session);
    database.job().running(7, session);
    database.job().running(8, session);
    database.update("update instance set started_at = now() - interval '3 seconds'");
    database.update("update instance set attempt = 2 where id in (7, 8)");
    database.update("insert into powerjob_attempt values (1000, 8, 2)");
    Map<Long, GatewaySessionStore.Running> running = new HashMap<>();
    store.running(session).forEach(run -> running.put(run.attempt().instance(), run));

    // The number of a later attempt is stored before it is sent.
    assertThat(running.get(6L).isUnsent(Optional.empty())).isFalse();
    assertThat(running.get(7L).isUnsent(Optional.empty())).isTrue();
    assertThat(running.get(8L).isUnsent(Optional.empty())).isFalse();
    assertThat(running.get(6L).isUnsent(Optional.of(Set.of(8L)))).isTrue();
    assertThat(running.get(8L).isUnsent(Optional.of(Set.of(8L)))).isFalse();
    assertThat(running.get(6L).age()).isBetween(Duration.ofSeconds(3), Duration.ofSeconds(60));
  }

  @Test
  void returnsRunsSentByFormerOwnerOnce() {
    GatewaySessionStore store = new GatewaySessionStore(database.hot());
    GatewaySessionStore.Key worker =
        new GatewaySessionStore.Key(database.job().app(), "127.0.0.1:27777", "powerjob");
    GatewaySessionStore.Key idle =
        new GatewaySessionStore.Key(database.job().app(), "127.0.0.1:1", "powerjob");
    heard(store, worker, FIRST);
    heard(store, idle, FIRST);
    assertThat(store.takeSent(worker, FIRST)).isEmpty();

    store.release(Map.of(worker, List.of(6L, 7L), idle, List.of()), FIRST);
    heard(store, worker, SECOND);
    heard(store, idle, SECOND);

    assertThat(store.takeSent(worker, FIRST)).as("of another owner").isEmpty();
    assertThat(store.takeSent(worker, SECOND)).contains(Set.of(6L, 7L));
    assertThat(store.takeSent(worker, SECOND)).isEmpty();
    assertThat(store.takeSent(idle, SECOND)).contains(Set.of());
  }

  @Test
  void forgetsRunsSentInEarlierSession() {
    GatewaySessionStore store = new GatewaySessionStore(database.hot());
    GatewaySessionStore.Key worker =
        new GatewaySessionStore.Key(database.job().app(), "127.0.0.1:27777", "powerjob");
    heard(store, worker, FIRST);
    store.release(Map.of(worker, List.of(6L)), FIRST);
    heard(store, worker, SECOND);

    store.opened(worker, SECOND, UUID.randomUUID());

    assertThat(store.takeSent(worker, SECOND)).isEmpty();
  }

  @Test
  void changesOwnerOfWorkerOnlyWhenOwnerIsSilent() {
    GatewaySessionStore store = new GatewaySessionStore(database.hot());
    GatewaySessionStore.Key worker =
        new GatewaySessionStore.Key(database.job().app(), "127.0.0.1:27777", "powerjob");

    assertThat(heard(store, worker, FIRST)).isEqualTo(new Owned(SESSION, FIRST));
    assertThat(heard(store, worker, SECOND)).isEqualTo(new Owned(SESSION, FIRST));
    assertThat(store.keep(List.of(worker), FIRST)).extracting(Kept::worker).containsExactly(worker);
    assertThat(store.keep(List.of(worker), SECOND)).isEmpty();

    silenceOwners();
    assertThat(heard(store, worker, SECOND)).isEqualTo(new Owned(SESSION, SECOND));
    assertThat(store.keep(List.of(worker), FIRST)).isEmpty();
  }

  @Test
  void returnsHeartbeatReceivedByAnotherReplicaToOwner() {
    GatewaySessionStore store = new GatewaySessionStore(database.hot());
    GatewaySessionStore.Key worker =
        new GatewaySessionStore.Key(database.job().app(), "127.0.0.1:27777", "powerjob");
    heard(store, worker, FIRST);
    database.update("update powerjob_worker set heartbeat_at = now() - interval '9 seconds'");

    Kept silent = store.keep(List.of(worker), FIRST).get(0);
    assertThat(silent.silent()).isBetween(Duration.ofSeconds(9), Duration.ofSeconds(60));
    assertThat(silent.overload()).isFalse();
    assertThat(silent.idle()).isFalse();

    store.heard(List.of(new Beat(worker, "http", null, true, true, true)), SECOND, SESSION);
    Kept heard = store.keep(List.of(worker), FIRST).get(0);
    assertThat(heard.silent()).isLessThan(Duration.ofSeconds(9));
    assertThat(heard.overload()).isTrue();
    assertThat(heard.idle()).isTrue();
  }

  @Test
  void returnsHeartbeatToOwnerOfFormerOffer() {
    GatewaySessionStore store = new GatewaySessionStore(database.hot());
    int app = database.job().app();
    GatewaySessionStore.Key former = new GatewaySessionStore.Key(app, "127.0.0.1:1", "powerjob");
    GatewaySessionStore.Key heavy =
        new GatewaySessionStore.Key(app, "127.0.0.1:1", "powerjob:heavy");
    GatewaySessionStore.Key present =
        new GatewaySessionStore.Key(app, "127.0.0.1:1", "powerjob 1f");
    heard(store, former, FIRST);
    heard(store, heavy, FIRST);
    database.update("update powerjob_worker set heartbeat_at = now() - interval '9 seconds'");

    store.heardFormer(List.of(new Beat(present, "http", "gpu", false, true, true)));

    Map<GatewaySessionStore.Key, Kept> kept = new HashMap<>();
    store.keep(List.of(former, heavy), FIRST).forEach(row -> kept.put(row.worker(), row));
    assertThat(kept.get(former).silent()).isLessThan(Duration.ofSeconds(9));
    assertThat(kept.get(former).tag()).isEqualTo("gpu");
    assertThat(kept.get(former).idle()).isTrue();
    assertThat(kept.get(heavy).silent()).isGreaterThanOrEqualTo(Duration.ofSeconds(9));
  }

  @Test
  void refusesNewWorkerWhenReplicaIsFull() {
    GatewaySessionStore store = new GatewaySessionStore(database.hot());
    GatewaySessionStore.Key worker =
        new GatewaySessionStore.Key(database.job().app(), "127.0.0.1:27777", "powerjob");
    List<Beat> withoutPlace = List.of(new Beat(worker, "http", null, true, false, false));

    assertThat(store.heard(withoutPlace, FIRST, SESSION)).isEmpty();
    assertThat(database.number("select count(*) from powerjob_worker")).isZero();

    heard(store, worker, FIRST);
    assertThat(store.heard(withoutPlace, SECOND, SESSION))
        .containsEntry(worker, new Owned(SESSION, FIRST));
    assertThat(store.keep(List.of(worker), FIRST).get(0).overload()).isTrue();

    silenceOwners();
    assertThat(store.heard(withoutPlace, SECOND, SESSION)).isEmpty();
  }

  @Test
  void adoptsOnlyLiveSessionsOfSilentReplicas() {
    GatewaySessionStore store = new GatewaySessionStore(database.hot());
    int app = database.job().app();
    GatewaySessionStore.Key live = new GatewaySessionStore.Key(app, "127.0.0.1:1", "powerjob");
    GatewaySessionStore.Key ended = new GatewaySessionStore.Key(app, "127.0.0.1:2", "powerjob");
    UUID session = database.session(database.job());
    store.heard(List.of(new Beat(live, "http", null, false, false, true)), FIRST, session);
    store.heard(List.of(new Beat(ended, "http", null, false, false, true)), FIRST, SESSION);
    assertThat(store.adopt(SECOND, List.of("http"), List.of(), 10)).isEmpty();

    silenceOwners();

    assertThat(store.adopt(SECOND, List.of("http"), List.of(), 10))
        .singleElement()
        .satisfies(
            adopted -> {
              assertThat(adopted.worker()).isEqualTo(live);
              assertThat(adopted.session()).isEqualTo(session);
              assertThat(adopted.capacity()).isPositive();
            });
    assertThat(store.adopt(FIRST, List.of("http"), List.of(), 10)).isEmpty();
  }

  private void silenceOwners() {
    database.update("update powerjob_worker set owner_seen_at = now() - interval '11 seconds'");
  }

  private static Owned heard(
      GatewaySessionStore store, GatewaySessionStore.Key worker, UUID replica) {
    return store
        .heard(List.of(new Beat(worker, "http", null, false, false, true)), replica, SESSION)
        .get(worker);
  }

  @Test
  void prunesWorkersOfLongSilentOwner() {
    GatewaySessionStore store = new GatewaySessionStore(database.hot());
    heard(
        store, new GatewaySessionStore.Key(database.job().app(), "127.0.0.1:1", "powerjob"), FIRST);
    heard(
        store, new GatewaySessionStore.Key(database.job().app(), "127.0.0.1:2", "powerjob"), FIRST);
    database.update(
        "update powerjob_worker set owner_seen_at = now() - interval '61 minutes'"
            + " where address = '127.0.0.1:1'");

    store.pruneWorkers();

    assertThat(database.texts("select address from powerjob_worker"))
        .containsExactly("127.0.0.1:2");
  }
}
