package dev.orrery.scheduler.powerjob.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.scheduler.base.database.StoreTest;
import dev.orrery.scheduler.base.hint.Hint;
import dev.orrery.scheduler.base.hint.HintBus;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class WireIdStoreTest extends StoreTest {
  private static final byte[] KEY = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};

  @Test
  void keepsFirstKeyForAllReplicas() {
    WireIdStore store = new WireIdStore(database.hot());

    assertThat(store.key(KEY)).isEqualTo(KEY);
    assertThat(new WireIdStore(database.hot()).key(new byte[16])).isEqualTo(KEY);
  }

  @Test
  void computesSameWireIdsOnEveryReplica() {
    AttemptRef attempt = new AttemptRef(251_000_000_000_000_000L, 1);
    WireIdService before = service();
    WireIdService after = service();

    assertThat(after.of(attempt)).isEqualTo(before.of(attempt));
    assertThat(after.instanceOfFirst(before.of(attempt))).isEqualTo(attempt.instance());
    assertThat(after.instanceOfFirst(-1)).isEqualTo(-1);
  }

  @Test
  void rereadsKeyOnResync() {
    HintBus hints = new HintBus();
    WireIdService service = new WireIdService(new WireIdStore(database.hot()), hints);
    AttemptRef attempt = new AttemptRef(7, 1);
    long before = service.of(attempt);
    database.update("delete from setting");
    WireIdService other = service();

    assertThat(service.of(attempt)).isEqualTo(before).isNotEqualTo(other.of(attempt));
    hints.publishLocal(new Hint.Resync());
    assertThat(service.of(attempt)).isEqualTo(other.of(attempt));
  }

  private WireIdService service() {
    return new WireIdService(new WireIdStore(database.hot()), new HintBus());
  }

  @Test
  void recordsAndReturnsOnlyNewLaterAttempts() {
    WireIdService service = service();
    AttemptRef first = new AttemptRef(7, 1);
    AttemptRef second = new AttemptRef(7, 2);
    AttemptRef third = new AttemptRef(7, 3);

    assertThat(service.announce(List.of(first))).isEmpty();
    assertThat(service.announce(List.of(first, second))).containsExactly(second);
    assertThat(service.announce(List.of(third, second))).containsExactly(third);
    assertThat(database.numbers("select wire_id from powerjob_attempt order by attempt"))
        .containsExactly(service.of(second), service.of(third));
  }

  @Test
  void prunesWireIdsOfEndedInstancesBeyondHistory() {
    WireIdStore store = new WireIdStore(database.hot());
    database.job().running(6, UUID.randomUUID());
    long young = database.number("select new_instance_id()");
    store.record(
        Map.of(
            new AttemptRef(6, 2), 1000L,
            new AttemptRef(7, 2), 1001L,
            new AttemptRef(young, 2), 1002L));

    store.prune(Duration.ofDays(30));

    assertThat(database.numbers("select wire_id from powerjob_attempt order by wire_id"))
        .containsExactly(1000L, 1002L);
  }
}
