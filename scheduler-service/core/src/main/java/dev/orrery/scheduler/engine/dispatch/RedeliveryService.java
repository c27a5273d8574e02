package dev.orrery.scheduler.engine.dispatch;

import dev.orrery.protocol.SessionHandle;
import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.scheduler.base.database.EngineExecutor;
import dev.orrery.scheduler.base.time.LogInterval;
import dev.orrery.scheduler.base.time.Ticker;
import dev.orrery.scheduler.engine.dispatch.ClaimStore.HeldAttempts;
import dev.orrery.scheduler.engine.dispatch.SessionDelivery.Step;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Redelivers claimed attempts that their worker does not have: reads the attempts of a session for
 * its {@link SessionDelivery}, and searches for sessions that need it.
 */
@ApplicationScoped
class RedeliveryService {
  private static final Logger LOG = Logger.getLogger(RedeliveryService.class);

  /**
   * A claim and its delivery may take this long. If they take longer, the only cost is a needless
   * poll.
   */
  private static final Duration DELIVERY_TIME = Duration.ofSeconds(5);

  private final ClaimStore claimStore;
  private final AssignmentFactory assignments;
  private final UnreadableAttemptService unreadable;
  private final UndeliveredAttempts undeliveredAttempts;
  private final UndeliveredStore undeliveredStore;
  private final EngineExecutor executor;
  private final LogInterval failures;

  RedeliveryService(
      ClaimStore claimStore,
      AssignmentFactory assignments,
      UnreadableAttemptService unreadable,
      UndeliveredAttempts undeliveredAttempts,
      UndeliveredStore undeliveredStore,
      EngineExecutor executor,
      Ticker ticker) {
    this.claimStore = claimStore;
    this.assignments = assignments;
    this.unreadable = unreadable;
    this.undeliveredAttempts = undeliveredAttempts;
    this.undeliveredStore = undeliveredStore;
    this.executor = executor;
    this.failures = new LogInterval(ticker);
  }

  /** Reads the attempts of a session on an engine thread, for its parked poll. */
  void requestRead(SessionDelivery delivery, ParkedPoll poll) {
    executor.execute(() -> read(delivery, poll));
  }

  private void read(SessionDelivery delivery, ParkedPoll poll) {
    UUID session = delivery.session().id();
    try {
      HeldAttempts held;
      AssignmentBatch found;
      Step step;
      do {
        long claimEpoch = delivery.claimEpoch();
        held = claimStore.held(session, poll.held(), delivery.maxHeld());
        found = assignments.of(held.missing());
        step =
            delivery.onRead(
                poll,
                new SessionDelivery.Held(
                    found.all(), held.all(), held.complete() && found.later().isEmpty()),
                claimEpoch);
      } while (step == Step.NEEDS_READ);
      if (step != Step.SUPERSEDED) {
        undeliveredAttempts.end(session, held.canceled(), poll.held());
        unreadable.takeBack(found.unreadable(), poll.held());
      }
    } catch (RuntimeException e) {
      if (failures.isDue()) {
        LOG.warnf(
            "Failed to read the attempts of a session; its next poll retries: worker=%s session=%s: %s",
            delivery.session().worker(), SessionHandle.of(session), e.getMessage());
      }
      delivery.fail(e);
    }
  }

  /**
   * Finds sessions with an attempt that their parked poll does not name, and makes their workers
   * poll again; blocks. Another replica has claimed for such a session after its worker had moved
   * here; that replica waits for a poll that never comes, or has stopped.
   */
  void redeliver(Map<UUID, SessionDelivery> deliveries) {
    Map<UUID, Set<AttemptRef>> named = new HashMap<>();
    deliveries.forEach(
        (session, delivery) -> delivery.heldByWorker().ifPresent(held -> named.put(session, held)));
    if (named.isEmpty()) {
      return;
    }
    for (UUID session : undeliveredStore.sessionsWithUndelivered(named, DELIVERY_TIME)) {
      SessionDelivery delivery = deliveries.get(session);
      if (delivery != null) {
        LOG.infof(
            "Redelivering attempts that the worker does not hold: worker=%s" + " session=%s",
            delivery.session().worker(), SessionHandle.of(session));
        delivery.forceRedelivery();
      }
    }
  }
}
