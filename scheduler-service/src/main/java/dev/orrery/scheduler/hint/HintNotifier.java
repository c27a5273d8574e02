package dev.orrery.scheduler.hint;

import static dev.orrery.scheduler.lifecycle.LifecycleOrder.STOP_HINT_SENDERS;

import dev.orrery.scheduler.time.Ticker;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/**
 * Tells the other replicas through the database: the first hint at once, those of the next moment
 * together. Tells nobody where nobody else is, or where another carrier reaches them all.
 */
@ApplicationScoped
public class HintNotifier implements HintForwarder {
  private static final Logger LOG = Logger.getLogger(HintNotifier.class);
  private static final long MOMENT_NANOS = Duration.ofMillis(25).toNanos();
  private static final long AFTER_FAILURE_NANOS = Duration.ofSeconds(1).toNanos();

  private final NotifyStore store;
  private final OtherReplicas peers;
  private final Ticker ticker;
  private final HintBuffer outbox;
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private final ScheduledThreadPoolExecutor thread =
      new ScheduledThreadPoolExecutor(1, HintNotifier::thread);
  private volatile long notBefore;

  HintNotifier(NotifyStore store, OtherReplicas peers, Ticker ticker) {
    this.store = store;
    this.peers = peers;
    this.ticker = ticker;
    this.outbox = new HintBuffer(peers.replica());
    this.notBefore = ticker.nanos();
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  /**
   * A replica that begins to listen is noticed up to a second later. Hints of that time were not
   * sent, so it must query everything.
   */
  void start(@Observes StartupEvent event, HintBus hints) {
    peers.whenOneJoins(() -> carry(new Hint.LookAtEverything()));
    hints.carryBy(this);
  }

  void stop(@Observes @Priority(STOP_HINT_SENDERS) ShutdownEvent event) {
    thread.shutdown();
  }

  @Override
  public void carry(Hint hint) {
    if (peers.mustNotify() && outbox.add(hint)) {
      schedule();
    }
  }

  private void schedule() {
    if (scheduled.compareAndSet(false, true)) {
      try {
        var unused =
            thread.schedule(
                this::send, Math.max(0, notBefore - ticker.nanos()), TimeUnit.NANOSECONDS);
      } catch (RejectedExecutionException e) {
        // The service stops; others look for themselves.
        scheduled.set(false);
      }
    }
  }

  private void send() {
    scheduled.set(false);
    HintMessage message = outbox.take();
    if (message == null) {
      return;
    }
    notBefore = ticker.nanos() + MOMENT_NANOS;
    try {
      store.tell(message.payload());
    } catch (RuntimeException e) {
      LOG.debugf("Other replicas could not be told: %s", e.getMessage());
      notBefore = ticker.nanos() + AFTER_FAILURE_NANOS;
      outbox.add(new Hint.LookAtEverything());
      schedule();
    }
  }

  private static Thread thread(Runnable runnable) {
    Thread thread = new Thread(runnable, "orrery-hint-notifier");
    thread.setDaemon(true);
    return thread;
  }
}
