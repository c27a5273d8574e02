package dev.orrery.scheduler.base.hint;

import static dev.orrery.scheduler.base.lifecycle.LifecycleOrder.STOP_HINT_LISTENER;

import dev.orrery.protocol.retry.Backoff;
import dev.orrery.scheduler.base.database.DatabaseException;
import dev.orrery.scheduler.base.database.DatabaseReachability;
import dev.orrery.scheduler.base.database.SchemaState;
import dev.orrery.scheduler.base.hint.NotifyStore.Listening;
import dev.orrery.scheduler.base.time.Ticker;
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
 * Receives hints from other replicas, on its own connection and thread. Opens a new connection when
 * the present one breaks, and publishes a resync, because hints may be lost in the meantime.
 */
@ApplicationScoped
public class HintListener {
  private static final Logger LOG = Logger.getLogger(HintListener.class);

  /** The thread waits at most this long for a notification, so that it notices a stop. */
  private static final Duration MAX_WAIT = Duration.ofMillis(500);

  /** The least time between two warnings: a connection may be lost every second. */
  private static final Duration LOG_EVERY = Duration.ofSeconds(20);

  private static final Duration CHECK_INTERVAL = Duration.ofSeconds(10);
  private static final Backoff RETRY = new Backoff(Duration.ofMillis(50), Duration.ofSeconds(5));

  private final NotifyStore store;
  private final OtherReplicas otherReplicas;
  private final HintBus hints;
  private final Ticker ticker;
  private final DatabaseReachability database;
  private final Thread thread = new Thread(this::run, "orrery-hint-listener");
  private final CountDownLatch stopping = new CountDownLatch(1);
  private int failures;
  private boolean malformedSeen;

  HintListener(
      NotifyStore store,
      OtherReplicas otherReplicas,
      HintBus hints,
      Ticker ticker,
      DatabaseReachability database) {
    this.store = store;
    this.otherReplicas = otherReplicas;
    this.hints = hints;
    this.ticker = ticker;
    this.database = database;
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
    thread.join(2 * MAX_WAIT.toMillis());
  }

  private void run() {
    boolean lost = false;
    long loggedAt = ticker.nanos() - LOG_EVERY.toNanos();
    while (stopping.getCount() > 0) {
      int outages = database.outages();
      try (Listening listening = store.listen()) {
        if (lost) {
          LOG.info("Restored the connection for database notifications; receiving hints again");
          lost = false;
        }
        receive(listening, outages);
      } catch (DatabaseException e) {
        otherReplicas.listensOn(0);
        if (!lost && stopping.getCount() > 0 && ticker.nanos() - loggedAt >= LOG_EVERY.toNanos()) {
          LOG.warnf(
              "Lost the connection for database notifications; reconnecting: %s", e.getMessage());
          lost = true;
          loggedAt = ticker.nanos();
        }
        waitBeforeRetry();
      }
    }
  }

  private void receive(Listening listening, int outages) {
    otherReplicas.listensOn(listening.backend());
    publish(new Hint.Resync());
    long receivedAt = ticker.nanos();
    // After an outage the primary may be another server than the one that this connection reaches.
    while (stopping.getCount() > 0 && outages == database.outages()) {
      var payloads = listening.await(MAX_WAIT);
      payloads.forEach(this::onPayload);
      if (!payloads.isEmpty()) {
        receivedAt = ticker.nanos();
      } else if (otherReplicas.othersListen()
          && ticker.nanos() - receivedAt > CHECK_INTERVAL.toNanos()) {
        listening.check();
        receivedAt = ticker.nanos();
      }
      failures = 0;
    }
  }

  private void onPayload(String payload) {
    HintMessage message = HintMessage.read(payload).orElse(null);
    if (message == null) {
      if (!malformedSeen) {
        malformedSeen = true;
        LOG.warn("Ignored a notification that is not a hint; further ones are not logged");
      }
      return;
    }
    if (!message.from().equals(otherReplicas.replica())) {
      message.hints().forEach(this::publish);
    }
  }

  private void publish(Hint hint) {
    hints.publishLocal(hint);
  }

  private void waitBeforeRetry() {
    try {
      failures++;
      stopping.await(retryAfter(failures).toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stopping.countDown();
    }
  }

  /** Returns the delay after this many failures in a row. */
  Duration retryAfter(int inARow) {
    return RETRY.after(inARow);
  }
}
