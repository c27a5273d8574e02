package dev.orrery.scheduler.base.hint;

import static dev.orrery.scheduler.base.lifecycle.LifecycleOrder.STOP_HINT_SENDERS;

import dev.orrery.scheduler.base.time.Ticker;
import dev.orrery.scheduler.base.time.TimerThread;
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
 * Sends hints to other replicas through the database: the first hint at once, those of the next 25
 * ms in one message. Sends nothing while no other replica listens, or while the cluster port
 * reaches all of them.
 */
@ApplicationScoped
public class DatabaseHintForwarder implements HintForwarder {
  private static final Logger LOG = Logger.getLogger(DatabaseHintForwarder.class);
  private static final long RETRY_NANOS = Duration.ofSeconds(1).toNanos();

  private final NotifyStore store;
  private final OtherReplicas otherReplicas;
  private final Ticker ticker;
  private final HintBuffer buffer;
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private final ScheduledThreadPoolExecutor thread = TimerThread.named("orrery-hint-forwarder");
  private volatile long notBefore;

  DatabaseHintForwarder(NotifyStore store, OtherReplicas otherReplicas, Ticker ticker) {
    this.store = store;
    this.otherReplicas = otherReplicas;
    this.ticker = ticker;
    this.buffer = new HintBuffer(otherReplicas.replica());
    this.notBefore = ticker.nanos();
  }

  /**
   * A new replica is detected up to a second after it begins to listen. Hints in between were not
   * sent to it, so it must query everything.
   */
  void start(@Observes StartupEvent event, HintBus hints) {
    otherReplicas.onJoin(() -> forward(new Hint.Resync()));
    hints.addForwarder(this);
  }

  void stop(@Observes @Priority(STOP_HINT_SENDERS) ShutdownEvent event) {
    thread.shutdown();
  }

  @Override
  public void forward(Hint hint) {
    if (otherReplicas.mustNotify() && buffer.add(hint)) {
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
        // The service stops; other replicas find the same by their periodic query.
        scheduled.set(false);
      }
    }
  }

  private void send() {
    scheduled.set(false);
    HintMessage message = buffer.take();
    if (message == null) {
      return;
    }
    notBefore = ticker.nanos() + HintBuffer.COLLECT_TIME.toNanos();
    try {
      store.send(message.payload());
    } catch (RuntimeException e) {
      LOG.debugf("Failed to send hints; retrying with a resync: %s", e.getMessage());
      notBefore = ticker.nanos() + RETRY_NANOS;
      buffer.add(new Hint.Resync());
      schedule();
    }
  }
}
