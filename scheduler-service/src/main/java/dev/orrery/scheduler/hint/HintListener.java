package dev.orrery.scheduler.hint;

import static dev.orrery.scheduler.lifecycle.LifecycleOrder.STOP_HINT_LISTENER;

import dev.orrery.scheduler.database.DatabaseException;
import dev.orrery.scheduler.database.SchemaState;
import dev.orrery.scheduler.hint.NotifyStore.Listening;
import dev.orrery.scheduler.time.Ticker;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Hears what other replicas tell, on a connection and a thread of its own. A connection that breaks
 * is made anew; what may have been missed meanwhile is looked at then.
 */
@ApplicationScoped
public class HintListener {
  private static final Logger LOG = Logger.getLogger(HintListener.class);

  /** So long a stop may have to wait. */
  private static final Duration LONGEST_WAIT = Duration.ofMillis(500);

  private static final Duration PROBE_AFTER = Duration.ofSeconds(10);
  private static final Duration SHORTEST_PAUSE = Duration.ofMillis(50);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  private final NotifyStore store;
  private final OtherReplicas peers;
  private final HintBus hints;
  private final Ticker ticker;
  private final Thread thread = new Thread(this::run, "orrery-hint-listener");
  private final CountDownLatch stopping = new CountDownLatch(1);
  private Duration pause = SHORTEST_PAUSE;
  private boolean malformedSeen;

  HintListener(NotifyStore store, OtherReplicas peers, HintBus hints, Ticker ticker) {
    this.store = store;
    this.peers = peers;
    this.hints = hints;
    this.ticker = ticker;
  }

  void start(@Observes StartupEvent event, SchemaState schema) {
    thread.setDaemon(true);
    if (schema.isKnown()) {
      thread.start();
    }
  }

  void stop(@Observes @Priority(STOP_HINT_LISTENER) ShutdownEvent event)
      throws InterruptedException {
    stopping.countDown();
    thread.join(2 * LONGEST_WAIT.toMillis());
  }

  private void run() {
    boolean lost = false;
    while (stopping.getCount() > 0) {
      try (Listening listening = store.listen()) {
        if (lost) {
          LOG.info("Other replicas are heard again");
          lost = false;
        }
        hear(listening);
      } catch (DatabaseException e) {
        peers.listensOn(0);
        if (!lost && stopping.getCount() > 0) {
          LOG.warnf("Other replicas are not heard, trying on: %s", e.getMessage());
          lost = true;
        }
        rest();
      }
    }
  }

  private void hear(Listening listening) {
    peers.listensOn(listening.backend());
    pass(new Hint.LookAtEverything());
    long heardAt = ticker.nanos();
    while (stopping.getCount() > 0) {
      var payloads = listening.await(LONGEST_WAIT);
      payloads.forEach(this::take);
      if (!payloads.isEmpty()) {
        heardAt = ticker.nanos();
      } else if (peers.othersListen() && ticker.nanos() - heardAt > PROBE_AFTER.toNanos()) {
        listening.probe();
        heardAt = ticker.nanos();
      }
      pause = SHORTEST_PAUSE;
    }
  }

  private void take(String payload) {
    HintMessage message = HintMessage.read(payload).orElse(null);
    if (message == null) {
      if (!malformedSeen) {
        malformedSeen = true;
        LOG.warn("A notification on the channel of hints is not of Orrery, and is ignored");
      }
      return;
    }
    if (!message.from().equals(peers.replica())) {
      message.hints().forEach(this::pass);
    }
  }

  private void pass(Hint hint) {
    try {
      hints.giveHere(hint);
    } catch (RuntimeException e) {
      LOG.error("A hint could not be acted on; the next look finds what it said", e);
    }
  }

  private void rest() {
    try {
      if (!stopping.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
        Duration longer = pause.multipliedBy(2);
        pause = longer.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : longer;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stopping.countDown();
    }
  }
}
