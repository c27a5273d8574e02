package dev.orrery.scheduler.engine.dispatch;

import dev.orrery.protocol.message.Assignment;
import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.scheduler.base.database.EngineExecutor;
import dev.orrery.scheduler.base.hint.Hint;
import dev.orrery.scheduler.base.hint.HintBus;
import dev.orrery.scheduler.base.time.LogInterval;
import dev.orrery.scheduler.base.time.Ticker;
import dev.orrery.scheduler.engine.dispatch.ClaimStore.ClaimResult;
import dev.orrery.scheduler.engine.worker.Capabilities;
import dev.orrery.scheduler.model.instance.Fence;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.RejectedExecutionException;
import org.jboss.logging.Logger;

/**
 * Claims instances for the sessions of this replica that wait for work with the same capabilities.
 * One claim at a time is in flight; sessions that arrive in the meantime are part of the next one.
 *
 * <p>{@link #add} and {@link #start} are called by any thread. A claim runs on an engine thread:
 * one statement, then the results go to the cursors and the rows to their sessions.
 */
final class ClaimBatcher {
  private static final Logger LOG = Logger.getLogger(ClaimBatcher.class);

  private static final int MAX_ROWS = 1000;

  /**
   * Rows of a claim while assignments are large. Each row may have 64 KiB of parameters and a
   * document of 256 KiB, and several claims are in flight.
   */
  private static final int MIN_ROWS = 64;

  /** The characters of assignments up to which the next claim may have twice as many rows. */
  private static final long LIGHT_CHARACTERS = 2 * 1024 * 1024;

  /** The characters of assignments beyond which the next claim has half as many rows. */
  private static final long HEAVY_CHARACTERS = AssignmentFactory.MAX_CHARACTERS;

  private final Capabilities capabilities;
  private final Environment environment;
  private final LogInterval failures;
  private final Set<SessionDelivery> waiting = new LinkedHashSet<>();
  private List<Lane> lanes = List.of();
  private long lanesEdition = -1;
  private int rotation;
  private boolean claimInFlight;
  private int maxRows = MAX_ROWS;

  /** The parts that all batchers share. */
  @Singleton
  record Environment(
      LaneRegistry lanes,
      ClaimStore store,
      AssignmentFactory assignments,
      UnreadableAttemptService unreadable,
      EngineExecutor executor,
      ClaimMetrics metrics,
      Ticker ticker,
      HintBus hints) {}

  ClaimBatcher(Capabilities capabilities, Environment environment) {
    this.capabilities = capabilities;
    this.environment = environment;
    this.failures = new LogInterval(environment.ticker());
  }

  /**
   * A claim before its statement.
   *
   * @param recipients the sessions, by their id
   * @param slots a session for each row that may be claimed, dealt round by round
   * @param wakeUpsBefore the wake-ups of each lane that is scanned
   */
  record Claim(
      Map<UUID, Recipient> recipients,
      List<LaneScan> scans,
      List<UUID> slots,
      Map<Lane, Long> wakeUpsBefore) {

    /**
     * Records the result in the lanes and their cursors. Fewer rows than open slots mean that the
     * lanes are empty; slots of closed sessions get no rows and do not count.
     *
     * @param startedNanos when the statement was sent
     */
    void record(ClaimResult result, long startedNanos, long nowNanos) {
      boolean exhausted = result.rows().size() < openSlots(result.closed());
      if (exhausted) {
        wakeUpsBefore.forEach(Lane::markEmpty);
      }
      ScanResult.of(scans, result.rows(), exhausted, nowNanos, nowNanos - startedNanos)
          .forEach(scanned -> scanned.scan().cursor().advance(scanned));
    }

    private long openSlots(Set<UUID> closed) {
      return closed.isEmpty()
          ? slots.size()
          : slots.stream().filter(session -> !closed.contains(session)).count();
    }
  }

  /**
   * A session for which a claim is made.
   *
   * @param readEpoch {@link SessionDelivery#readEpoch} before the statement
   */
  record Recipient(SessionDelivery delivery, long readEpoch) {
    boolean deliver(List<Assignment> claimed) {
      return delivery.deliver(claimed, readEpoch);
    }

    boolean sendLater(Collection<AttemptRef> claimed) {
      return delivery.sendLater(claimed, readEpoch);
    }
  }

  synchronized void add(SessionDelivery delivery) {
    waiting.add(delivery);
  }

  /** Starts a claim on an engine thread, if one can be made now. */
  void start() {
    if (!reserve()) {
      return;
    }
    try {
      environment.executor().execute(this::runNext);
    } catch (RejectedExecutionException e) {
      // The service stops: the polls are answered empty, and other replicas take over.
      done();
    }
  }

  /**
   * Makes the claim on the thread that runs it. Claims of many batchers may wait for a thread, and
   * each has an entry for each of up to 5,000 lanes.
   */
  private void runNext() {
    Claim claim = make(environment.ticker().nanos());
    if (claim == null) {
      done();
      // A poll that came meanwhile found the claim in flight, and started none.
      start();
    } else {
      run(claim);
    }
  }

  private void run(Claim claim) {
    boolean failed = false;
    long startedNanos = environment.ticker().nanos();
    try {
      ClaimResult result =
          environment
              .store()
              .claim(capabilities, claim.recipients().keySet(), claim.scans(), claim.slots());
      claim.record(result, startedNanos, environment.ticker().nanos());
      remove(result.closed());
      weigh(claim, deliver(claim, result.rows()));
    } catch (RuntimeException e) {
      // The claim may have been committed; its sessions then hold rows that were not sent.
      if (failures.isDue()) {
        LOG.warnf(
            "Claim failed; answering its polls with the error: sessions=%d: %s",
            claim.recipients().size(), e.getMessage());
      }
      claim.recipients().values().forEach(recipient -> recipient.delivery().fail(e));
      failed = true;
    } finally {
      done();
    }
    if (!failed) {
      start();
    }
  }

  private AssignmentBatch deliver(Claim claim, List<ClaimedInstance> rows) {
    environment.metrics().claimed(rows);
    AssignmentBatch assigned = environment.assignments().of(rows);
    List<Fence> unsent = new ArrayList<>();
    assigned
        .bySession()
        .forEach(
            (session, attempts) -> {
              if (!claim.recipients().get(session).deliver(attempts)) {
                attempts.forEach(one -> unsent.add(new Fence(one.ref(), session)));
              }
            });
    assigned
        .laterBySession()
        .forEach(
            (session, later) -> {
              if (!claim.recipients().get(session).sendLater(later)) {
                later.forEach(one -> unsent.add(new Fence(one, session)));
              }
            });
    publishNextTimeout(rows);
    environment.unreadable().takeBackUnsent(unsent);
    environment.unreadable().takeBack(assigned.unreadable(), Set.of());
    return assigned;
  }

  /**
   * Publishes the next time-out of an attempt, on this replica only: if it dies, other replicas
   * find the deadline in the database.
   */
  private void publishNextTimeout(List<ClaimedInstance> rows) {
    rows.stream()
        .map(ClaimedInstance::timeLeft)
        .filter(Objects::nonNull)
        .min(Duration::compareTo)
        .map(left -> new Hint.DueIn(left.plus(ClaimedInstance.REPORT_MARGIN)))
        .ifPresent(environment.hints()::publishLocal);
  }

  /** Chooses the size of the next claim by the assignments of this one. */
  synchronized void weigh(Claim claim, AssignmentBatch assigned) {
    if (assigned.characters() > HEAVY_CHARACTERS || !assigned.later().isEmpty()) {
      maxRows = Math.max(MIN_ROWS, maxRows / 2);
    } else if (assigned.characters() <= LIGHT_CHARACTERS
        && assigned.made().size() == claim.slots().size()) {
      maxRows = Math.min(MAX_ROWS, maxRows * 2);
    }
  }

  synchronized boolean isEmpty() {
    return waiting.isEmpty() && !claimInFlight;
  }

  /** Returns lanes for which a poll waits and which count as empty. */
  synchronized List<Lane> idleLanes() {
    removeAnswered();
    if (waiting.isEmpty()) {
      return List.of();
    }
    return lanes().stream().filter(lane -> !lane.mayBeReady()).toList();
  }

  /** Returns the next claim, or null if there is none to make; {@link #done} must follow it. */
  synchronized Claim next(long nowNanos) {
    return reserve() ? make(nowNanos) : null;
  }

  /** Marks a claim as in flight, if one can be made now; {@link #done} must follow it. */
  private synchronized boolean reserve() {
    if (claimInFlight) {
      return false;
    }
    removeAnswered();
    claimInFlight = !waiting.isEmpty() && lanes().stream().anyMatch(Lane::mayBeReady);
    return claimInFlight;
  }

  /** Returns the reserved claim, or null if its polls were answered since. */
  private synchronized Claim make(long nowNanos) {
    removeAnswered();
    List<Lane> promising = lanes().stream().filter(Lane::mayBeReady).toList();
    if (waiting.isEmpty() || promising.isEmpty()) {
      return null;
    }
    Map<Lane, Long> wakeUpsBefore = new HashMap<>();
    promising.forEach(lane -> wakeUpsBefore.put(lane, lane.wakeUps()));
    Map<UUID, Recipient> recipients = new HashMap<>();
    Map<UUID, Integer> free = new LinkedHashMap<>();
    for (SessionDelivery delivery : waiting) {
      UUID session = delivery.session().id();
      recipients.put(session, new Recipient(delivery, delivery.readEpoch()));
      free.put(session, delivery.free());
    }
    List<LaneScan> scans = LaneScan.inOrder(promising, rotation++, nowNanos);
    List<UUID> slots = SlotDealer.deal(free, maxRows);
    rotateWaiting();
    return new Claim(recipients, scans, slots, wakeUpsBefore);
  }

  synchronized void done() {
    claimInFlight = false;
  }

  /** Removes sessions that get no work any more: claims for them alone would repeat forever. */
  synchronized void remove(Set<UUID> sessions) {
    if (!sessions.isEmpty()) {
      waiting.removeIf(delivery -> sessions.contains(delivery.session().id()));
    }
  }

  private void removeAnswered() {
    waiting.removeIf(delivery -> delivery.free() == 0);
  }

  private List<Lane> lanes() {
    long edition = environment.lanes().edition();
    if (edition != lanesEdition) {
      lanes = environment.lanes().claimable(capabilities);
      lanesEdition = edition;
    }
    return lanes;
  }

  /** Makes the first session the last of the next claim. */
  private void rotateWaiting() {
    Iterator<SessionDelivery> first = waiting.iterator();
    if (first.hasNext()) {
      SessionDelivery delivery = first.next();
      first.remove();
      waiting.add(delivery);
    }
  }
}
