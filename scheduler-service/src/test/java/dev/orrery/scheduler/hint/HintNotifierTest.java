package dev.orrery.scheduler.hint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orrery.scheduler.database.DatabaseException;
import dev.orrery.scheduler.time.Ticker;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HintNotifierTest {
  private final OtherReplicas peers = new OtherReplicas(Ticker.SYSTEM);
  private final AtomicInteger failures = new AtomicInteger();
  private final List<HintMessage> told = new CopyOnWriteArrayList<>();
  private final HintNotifier notifier =
      new HintNotifier(
          new NotifyStore(null, null) {
            @Override
            void tell(String payload) {
              if (failures.getAndDecrement() > 0) {
                throw new DatabaseException(new SQLException("away"));
              }
              told.add(HintMessage.read(payload).orElseThrow());
            }
          },
          peers,
          Ticker.SYSTEM);

  @AfterEach
  void stop() {
    notifier.stop(new ShutdownEvent());
  }

  @Test
  void replicaThatIsAloneTellsNobody() {
    for (Integer answer : new Integer[] {null, 0}) {
      peers.answer(answer);
      notifier.carry(new Hint.JobsChanged());
    }

    peers.answer(1);
    notifier.carry(new Hint.LanesReady(Set.of(1), false));

    await().until(() -> !told.isEmpty());
    assertThat(told.get(0).jobsChanged()).isFalse();
  }

  /** Hints between its start and the answer were not sent to it. */
  @Test
  void replicaThatJoinsIsToldToLookAtEverything() {
    notifier.start(new StartupEvent(), new HintBus());

    peers.answer(1);
    await().until(() -> told.size() == 1);
    peers.answer(1);
    peers.answer(2);
    await().until(() -> told.size() == 2);

    assertThat(told).allMatch(HintMessage::everything);
  }

  @Test
  void burstBecomesFewMessagesAndNothingOfItIsMissing() {
    peers.answer(1);
    Set<Integer> given = new HashSet<>();
    for (int lane = 0; lane < 1000; lane++) {
      notifier.carry(new Hint.LanesReady(Set.of(lane), false));
      given.add(lane);
    }

    await()
        .untilAsserted(
            () -> {
              Set<Integer> heard = new HashSet<>();
              told.forEach(message -> heard.addAll(message.lanes()));
              assertThat(heard).isEqualTo(given);
            });
    assertThat(told.size()).isLessThan(20);
  }

  @Test
  void whatCouldNotBeToldIsMadeUpForByLookAtEverything() {
    peers.answer(1);
    failures.set(1);

    notifier.carry(new Hint.LanesReady(Set.of(1), false));

    await().until(() -> !told.isEmpty());
    assertThat(told.get(0).everything()).isTrue();
  }
}
