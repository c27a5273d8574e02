package dev.orrery.scheduler.hint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orrery.scheduler.database.SchemaState;
import dev.orrery.scheduler.testkit.TestDatabase;
import dev.orrery.scheduler.time.SettableTicker;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A second listener beside that of the service, as in another replica. */
@QuarkusTest
class HintListenerTest {
  private static final Hint EVERYTHING = new Hint.LookAtEverything();

  @Inject NotifyStore store;
  @Inject SchemaState schema;

  private final SettableTicker ticker = new SettableTicker();
  private final OtherReplicas peers = new OtherReplicas(ticker);
  private final HintBus hints = new HintBus();
  private final List<Hint> heard = new CopyOnWriteArrayList<>();
  private HintListener listener;

  @BeforeEach
  void listen() {
    hints.listen(heard::add);
    listener = new HintListener(store, peers, hints, ticker);
    listener.start(new StartupEvent(), schema);
  }

  @AfterEach
  void stop() throws InterruptedException {
    listener.stop(new ShutdownEvent());
  }

  @Test
  void everythingIsLookedAtOnceItListensAndOnceItListensAgain() {
    awaitHeard(EVERYTHING);
    int backend = peers.question().backend();
    heard.clear();

    TestDatabase.read("select pg_terminate_backend(?)", backend);

    awaitHeard(EVERYTHING);
  }

  @Test
  void whatOthersTellIsPassedOnAndWhatItToldItselfIsNot() {
    awaitHeard(EVERYTHING);

    tell(peers.replica(), -1);
    tell(UUID.randomUUID(), -2);

    awaitHeard(lane(-2));
    assertThat(heard).doesNotContain(lane(-1));
  }

  @Test
  void whatIsNoHintIsPassedOver() {
    awaitHeard(EVERYTHING);

    store.tell("{");
    tell(UUID.randomUUID(), -3);

    awaitHeard(lane(-3));
  }

  private void awaitHeard(Hint hint) {
    await().untilAsserted(() -> assertThat(heard).as("hints").contains(hint));
  }

  /** Of a lane that there is not, so that the service does nothing about it. */
  private void tell(UUID from, int lane) {
    store.tell(new HintMessage(from, Set.of(lane), null, null, null, false, false).payload());
  }

  private static Hint lane(int lane) {
    return new Hint.LanesReady(Set.of(lane), false);
  }
}
