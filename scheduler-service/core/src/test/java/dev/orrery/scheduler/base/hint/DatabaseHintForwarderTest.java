package dev.orrery.scheduler.base.hint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orrery.scheduler.base.database.DatabaseException;
import dev.orrery.scheduler.base.time.SettableTicker;
import dev.orrery.scheduler.base.time.Ticker;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("slow")
class DatabaseHintForwarderTest {
  private final OtherReplicas otherReplicas = new OtherReplicas(Ticker.SYSTEM);
  private final AtomicInteger failures = new AtomicInteger();
  private final List<HintMessage> sent = new CopyOnWriteArrayList<>();
  private final DatabaseHintForwarder forwarder =
      new DatabaseHintForwarder(store(), otherReplicas, Ticker.SYSTEM);
  private volatile Runnable onFailure = () -> {};
  private volatile Thread sender;

  private NotifyStore store() {
    return new NotifyStore(null, null) {
      @Override
      void send(String payload) {
        sender = Thread.currentThread();
        if (failures.getAndDecrement() > 0) {
          onFailure.run();
          throw new DatabaseException(new SQLException("away"));
        }
        sent.add(HintMessage.read(payload).orElseThrow());
      }
    };
  }

  private static boolean isResync(HintMessage message) {
    return message.hints().contains(new Hint.Resync());
  }

  @AfterEach
  void stop() {
    forwarder.stop(new ShutdownEvent());
  }

  @Test
  void sendsNothingWithoutKnownReplicas() {
    for (Integer answer : new Integer[] {null, 0}) {
      otherReplicas.answer(answer);
      forwarder.forward(new Hint.JobsChanged());
    }

    otherReplicas.answer(1);
    forwarder.forward(new Hint.LanesReady(Set.of(1), false));

    await().until(() -> !sent.isEmpty());
    assertThat(sent.get(0).hints()).containsExactly(new Hint.LanesReady(Set.of(1), false));
  }

  /** Hints between the start of the new replica and the answer were not sent to it. */
  @Test
  void sendsResyncToJoiningReplica() {
    forwarder.start(new StartupEvent(), new HintBus());

    otherReplicas.answer(1);
    await().until(() -> sent.size() == 1);
    otherReplicas.answer(1);
    otherReplicas.answer(2);
    await().until(() -> sent.size() == 2);

    assertThat(sent).allMatch(DatabaseHintForwarderTest::isResync);
  }

  @Test
  void mergesBurstOfHintsWithoutLoss() {
    otherReplicas.answer(1);
    Set<Integer> published = new HashSet<>();
    for (int lane = 0; lane < 1000; lane++) {
      forwarder.forward(new Hint.LanesReady(Set.of(lane), false));
      published.add(lane);
    }

    await()
        .untilAsserted(
            () -> {
              Set<Integer> received = new HashSet<>();
              sent.forEach(message -> received.addAll(TestPeers.lanes(message)));
              assertThat(received).isEqualTo(published);
            });
    assertThat(sent.size()).isLessThan(20);
  }

  @Test
  void sendsResyncAfterFailedSend() {
    otherReplicas.answer(1);
    failures.set(1);

    forwarder.forward(new Hint.LanesReady(Set.of(1), false));

    await().until(() -> !sent.isEmpty());
    assertThat(sent.get(0)).matches(DatabaseHintForwarderTest::isResync);
  }

  /** The hints of the failed message are not kept. */
  @Test
  void sendsResyncWhenHintArrivesDuringFailedSend() {
    otherReplicas.answer(1);
    failures.set(1);
    onFailure = () -> forwarder.forward(new Hint.LanesReady(Set.of(2), false));

    forwarder.forward(new Hint.LanesReady(Set.of(1), false));

    await().until(() -> !sent.isEmpty());
    assertThat(sent.get(0)).matches(DatabaseHintForwarderTest::isResync);
  }

  /** The ticker goes back by an hour, so that no pause can be over however slow the test runs. */
  @Test
  void delaysHintsDuringPauseAndDropsThemOnStop() throws InterruptedException {
    SettableTicker ticker = new SettableTicker();
    DatabaseHintForwarder paused = new DatabaseHintForwarder(store(), otherReplicas, ticker);
    otherReplicas.answer(1);
    ticker.advance(Duration.ofHours(2));
    paused.forward(new Hint.LanesReady(Set.of(1), false));
    await().until(() -> sent.size() == 1);

    ticker.advance(Duration.ofHours(-1));
    paused.forward(new Hint.LanesReady(Set.of(2), false));
    paused.stop(new ShutdownEvent());

    sender.join(TimeUnit.SECONDS.toMillis(10));
    assertThat(sender.isAlive()).as("the thread goes on").isFalse();
    assertThat(sent).extracting(TestPeers::lanes).containsExactly(Set.of(1));
  }

  /** Without a pause of its own, the one of before the failure would still go on for an hour. */
  @Test
  void retriesFailedSendWithoutWaitingForEarlierPause() {
    SettableTicker ticker = new SettableTicker();
    onFailure = () -> ticker.advance(Duration.ofHours(-1));
    failures.set(1);
    DatabaseHintForwarder failing = new DatabaseHintForwarder(store(), otherReplicas, ticker);
    otherReplicas.answer(1);

    failing.forward(new Hint.LanesReady(Set.of(1), false));

    await().until(() -> sent.size() == 1);
    assertThat(sent.get(0)).matches(DatabaseHintForwarderTest::isResync);
    failing.stop(new ShutdownEvent());
  }

  @Test
  void forwardsNoLocalOnlyHints() {
    otherReplicas.answer(1);

    forwarder.forward(new Hint.DueIn(Duration.ofSeconds(1)));
    forwarder.forward(new Hint.JobsChanged());

    await().until(() -> !sent.isEmpty());
    assertThat(sent).extracting(HintMessage::hints).containsExactly(Set.of(new Hint.JobsChanged()));
  }
}
