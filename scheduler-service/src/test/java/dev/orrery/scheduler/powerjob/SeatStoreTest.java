package dev.orrery.scheduler.powerjob;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.scheduler.database.StoreTest;
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
  void keepsNumberOfAttempt() {
    SeatStore store = new SeatStore(database.hot());
    AttemptRef second = new AttemptRef(7, 2);
    AttemptRef third = new AttemptRef(7, 3);

    Map<AttemptRef, Long> numbers = store.number(List.of(second, third));

    assertThat(numbers).containsOnlyKeys(second, third);
    assertThat(numbers.get(second)).isNotEqualTo(numbers.get(third));
    assertThat(store.number(List.of(third, second))).isEqualTo(numbers);
  }

  @Test
  void prunesNumbersOlderThanHistory() {
    SeatStore store = new SeatStore(database.hot());
    database.update("insert into powerjob_attempt values (1000, 7, 2)");
    long kept = store.number(List.of(new AttemptRef(8, 2))).get(new AttemptRef(8, 2));

    store.pruneNumbers(Duration.ofDays(30));

    assertThat(database.numbers("select wire_id from powerjob_attempt")).containsExactly(kept);
  }

  @Test
  void takesOverWorkerOnlyFromSilentOwner() {
    SeatStore store = new SeatStore(database.hot());
    SeatStore.Key worker = new SeatStore.Key(database.job().app(), "127.0.0.1:27777");

    assertThat(store.take(worker, FIRST, SESSION)).contains(SESSION);
    assertThat(store.take(worker, SECOND, UUID.randomUUID())).isEmpty();
    assertThat(store.keep(List.of(worker), FIRST)).containsExactly(worker);
    assertThat(store.keep(List.of(worker), SECOND)).isEmpty();

    database.update("update powerjob_worker set owner_seen_at = now() - interval '11 seconds'");
    assertThat(store.take(worker, SECOND, UUID.randomUUID())).contains(SESSION);
    assertThat(store.keep(List.of(worker), FIRST)).isEmpty();
  }

  @Test
  void prunesWorkersWithoutOwner() {
    SeatStore store = new SeatStore(database.hot());
    store.take(new SeatStore.Key(database.job().app(), "127.0.0.1:1"), FIRST, SESSION);
    store.take(new SeatStore.Key(database.job().app(), "127.0.0.1:2"), FIRST, SESSION);
    database.update(
        "update powerjob_worker set owner_seen_at = now() - interval '61 minutes'"
            + " where address = '127.0.0.1:1'");

    store.pruneWorkers();

    assertThat(database.texts("select address from powerjob_worker"))
        .containsExactly("127.0.0.1:2");
  }
}
