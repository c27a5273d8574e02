package dev.orrery.scheduler.powerjob;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.scheduler.database.StoreTest;
import dev.orrery.scheduler.powerjob.SeatStore.Beat;
import dev.orrery.scheduler.powerjob.SeatStore.Kept;
import dev.orrery.scheduler.powerjob.SeatStore.Owned;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SeatStoreTest extends StoreTest {
  private static final UUID FIRST = UUID.randomUUID();
  private static final UUID SECOND = UUID.randomUUID();
  private static final UUID SESSION = UUID.randomUUID();

  @Test
  void returnsSameNumberForSameAttempt() {
    SeatStore store = new SeatStore(database.hot());
    AttemptRef second = new AttemptRef(7, 2);
    AttemptRef third = new AttemptRef(7, 3);

    Map<AttemptRef, Long> numbers = store.number(List.of(second, third));

    assertThat(numbers).containsOnlyKeys(second, third);
    assertThat(numbers.get(second)).isNotEqualTo(numbers.get(third));
    assertThat(store.number(List.of(third, second))).isEqualTo(numbers);
  }

  @Test
  void prunesAttemptNumbersOlderThanHistory() {
    SeatStore store = new SeatStore(database.hot());
    database.update("insert into powerjob_attempt values (1000, 7, 2)");
    long kept = store.number(List.of(new AttemptRef(8, 2))).get(new AttemptRef(8, 2));

    store.pruneNumbers(Duration.ofDays(30));

    assertThat(database.numbers("select wire_id from powerjob_attempt")).containsExactly(kept);
  }

  @Test
  void keepsNumbersOfActiveInstances() {
    SeatStore store = new SeatStore(database.hot());
    database.job().running(6, UUID.randomUUID());
    database.update("insert into powerjob_attempt values (1000, 6, 2), (1001, 7, 2)");

    store.pruneNumbers(Duration.ofDays(30));

    assertThat(database.numbers("select wire_id from powerjob_attempt")).containsExactly(1000L);
  }

  @Test
  void changesOwnerOfWorkerOnlyWhenOwnerIsSilent() {
    SeatStore store = new SeatStore(database.hot());
    SeatStore.Key worker = new SeatStore.Key(database.job().app(), "127.0.0.1:27777");

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
    SeatStore store = new SeatStore(database.hot());
    SeatStore.Key worker = new SeatStore.Key(database.job().app(), "127.0.0.1:27777");
    heard(store, worker, FIRST);
    database.update("update powerjob_worker set heartbeat_at = now() - interval '9 seconds'");

    Kept silent = store.keep(List.of(worker), FIRST).get(0);
    assertThat(silent.silent()).isBetween(Duration.ofSeconds(9), Duration.ofSeconds(60));
    assertThat(silent.overload()).isFalse();
    assertThat(silent.idle()).isFalse();

    store.heard(List.of(new Beat(worker, true, true, true)), SECOND, SESSION);
    Kept heard = store.keep(List.of(worker), FIRST).get(0);
    assertThat(heard.silent()).isLessThan(Duration.ofSeconds(9));
    assertThat(heard.overload()).isTrue();
    assertThat(heard.idle()).isTrue();
  }

  @Test
  void acceptsNoNewWorkerWhenReplicaIsFull() {
    SeatStore store = new SeatStore(database.hot());
    SeatStore.Key worker = new SeatStore.Key(database.job().app(), "127.0.0.1:27777");
    List<Beat> withoutPlace = List.of(new Beat(worker, true, false, false));

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
    SeatStore store = new SeatStore(database.hot());
    int app = database.job().app();
    SeatStore.Key live = new SeatStore.Key(app, "127.0.0.1:1");
    SeatStore.Key ended = new SeatStore.Key(app, "127.0.0.1:2");
    UUID session = database.session(database.job());
    store.heard(List.of(new Beat(live, false, false, true)), FIRST, session);
    store.heard(List.of(new Beat(ended, false, false, true)), FIRST, SESSION);
    assertThat(store.adopt(SECOND, 10)).isEmpty();

    silenceOwners();

    assertThat(store.adopt(SECOND, 10))
        .singleElement()
        .satisfies(
            adopted -> {
              assertThat(adopted.worker()).isEqualTo(live);
              assertThat(adopted.session()).isEqualTo(session);
              assertThat(adopted.capacity()).isPositive();
            });
    assertThat(store.adopt(FIRST, 10)).isEmpty();
  }

  private void silenceOwners() {
    database.update("update powerjob_worker set owner_seen_at = now() - interval '11 seconds'");
  }

  private static Owned heard(SeatStore store, SeatStore.Key worker, UUID replica) {
    return store.heard(List.of(new Beat(worker, false, false, true)), replica, SESSION).get(worker);
  }

  @Test
  void prunesWorkersWhoseOwnerHasLongBeenSilent() {
    SeatStore store = new SeatStore(database.hot());
    heard(store, new SeatStore.Key(database.job().app(), "127.0.0.1:1"), FIRST);
    heard(store, new SeatStore.Key(database.job().app(), "127.0.0.1:2"), FIRST);
    database.update(
        "update powerjob_worker set owner_seen_at = now() - interval '61 minutes'"
            + " where address = '127.0.0.1:1'");

    store.pruneWorkers();

    assertThat(database.texts("select address from powerjob_worker"))
        .containsExactly("127.0.0.1:2");
  }
}
