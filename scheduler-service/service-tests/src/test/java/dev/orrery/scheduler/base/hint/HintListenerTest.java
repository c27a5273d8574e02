package dev.orrery.scheduler.base.hint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orrery.scheduler.base.database.DatabaseFailures;
import dev.orrery.scheduler.base.database.DatabaseReachability;
import dev.orrery.scheduler.base.database.SchemaState;
import dev.orrery.scheduler.base.time.SettableTicker;
import dev.orrery.scheduler.testkit.TestDatabase;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Runs a second listener beside that of the service, as another replica would. */
@QuarkusTest
class HintListenerTest {
  private static final Hint RESYNC = new Hint.Resync();

  @Inject NotifyStore store;
  @Inject SchemaState schema;

  private final DatabaseReachability database = new DatabaseReachability();
  private final SettableTicker ticker = new SettableTicker();
  private final OtherReplicas otherReplicas = new OtherReplicas(ticker);
  private final HintBus hints = new HintBus();
  private final List<Hint> received = new CopyOnWriteArrayList<>();
  private final List<Integer> failuresInARow = new CopyOnWriteArrayList<>();
  private HintListener listener;

  @BeforeEach
  void listen() {
    hints.listen(received::add);
    listener =
        new HintListener(store, otherReplicas, hints, ticker, database) {
          @Override
          Duration retryAfter(int inARow) {
            failuresInARow.add(inARow);
            return super.retryAfter(inARow);
          }
        };
    listener.start(new StartupEvent(), schema);
  }

  @AfterEach
  void stop() throws InterruptedException {
    listener.stop(new ShutdownEvent());
  }

  @Test
  void publishesResyncOnEveryConnect() {
    awaitReceived(RESYNC);

    breakConnection();

    awaitReceived(RESYNC);
  }

  /** It may lead to a server that is no longer the primary. */
  @Test
  void replacesConnectionAfterOutage() {
    awaitReceived(RESYNC);
    int before = backend();

    DatabaseFailures.beginOutage(database);

    await().untilAsserted(() -> assertThat(backend()).isNotIn(0, before));
  }

  @Test
  void resetsBackoffAfterReceivedMessage() {
    for (int i = 0; i < 3; i++) {
      awaitReceived(RESYNC);
      send(UUID.randomUUID(), -4);
      awaitReceived(lane(-4));
      breakConnection();
    }

    awaitReceived(RESYNC);
    assertThat(failuresInARow).containsExactly(1, 1, 1);
  }

  @Test
  void publishesHintsOfForeignReplicasOnly() {
    awaitReceived(RESYNC);

    send(otherReplicas.replica(), -1);
    send(UUID.randomUUID(), -2);

    awaitReceived(lane(-2));
    assertThat(received).doesNotContain(lane(-1));
  }

  @Test
  void ignoresMalformedPayload() {
    awaitReceived(RESYNC);

    store.send("{");
    send(UUID.randomUUID(), -3);

    awaitReceived(lane(-3));
  }

  private void breakConnection() {
    int backend = backend();
    received.clear();
    TestDatabase.read("select pg_terminate_backend(?)", backend);
  }

  private int backend() {
    ticker.advance(Duration.ofSeconds(1));
    return otherReplicas.question().backend();
  }

  private void awaitReceived(Hint hint) {
    await().untilAsserted(() -> assertThat(received).as("hints").contains(hint));
  }

  /** Sends a hint for a lane that does not exist, so the service ignores it. */
  private void send(UUID from, int lane) {
    store.send(new HintMessage(from, Set.of(lane(lane))).payload());
  }

  private static Hint lane(int lane) {
    return new Hint.LanesReady(Set.of(lane), false);
  }
}
