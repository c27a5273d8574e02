package dev.orrery.scheduler.dispatch;

import dev.orrery.protocol.message.Assignment;
import dev.orrery.scheduler.database.DatabaseException;
import dev.orrery.scheduler.database.EngineExecutor;
import dev.orrery.scheduler.dispatch.ClaimBatcher.Claim;
import dev.orrery.scheduler.dispatch.ClaimStore.Found;
import dev.orrery.scheduler.hint.Hint;
import dev.orrery.scheduler.hint.HintBus;
import dev.orrery.scheduler.time.Ticker;
import dev.orrery.scheduler.worker.Session.Skills;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/** Brings parked polls and ready instances together. */
@ApplicationScoped
public class Dispatcher {
  private static final Logger LOG = Logger.getLogger(Dispatcher.class);

  private final LaneRegistry lanes;
  private final ClaimStore store;
  private final AssignmentFactory assignments;
  private final EngineExecutor executor;
  private final ClaimMetrics metrics;
  private final LaneMetrics laneMetrics;
  private final Ticker ticker;
  private final HintBus hints;
  private final LostHintDetector foundLanes;
  private final Map<Skills, ClaimBatcher> groups = new ConcurrentHashMap<>();
  private final AtomicBoolean refreshAwaited = new AtomicBoolean();

  Dispatcher(
      LaneRegistry lanes,
      ClaimStore store,
      AssignmentFactory assignments,
      EngineExecutor executor,
      ClaimMetrics metrics,
      LaneMetrics laneMetrics,
      Ticker ticker,
      HintBus hints) {
    this.lanes = lanes;
    this.store = store;
    this.assignments = assignments;
    this.executor = executor;
    this.metrics = metrics;
    this.laneMetrics = laneMetrics;
    this.ticker = ticker;
    this.hints = hints;
    this.foundLanes = new LostHintDetector(ticker);
    hints.listen(this::hear);
  }

  /** A parked poll wants work. */
  void wantsWork(SessionDelivery desk) {
    start(
        groups.compute(
            desk.session().skills(),
            (skills, known) -> {
              ClaimBatcher group = known == null ? new ClaimBatcher(skills) : known;
              group.add(desk);
              return group;
            }));
  }

  /**
   * Lanes that polls wait for and that this replica believes to be empty. For the thread of the
   * loop only.
   */
  public List<Integer> sleepingLanes() {
    // Within the map's lock of the key, so that nobody adds a poll to a group that is being
    // removed.
    groups
        .keySet()
        .forEach(
            skills ->
                groups.computeIfPresent(skills, (key, group) -> group.isEmpty() ? null : group));
    Set<Lane> sleeping =
        groups.values().stream()
            .flatMap(group -> group.sleepingLanes(lanes).stream())
            .collect(Collectors.toSet());
    foundLanes.ask(sleeping);
    return sleeping.stream().map(Lane::id).toList();
  }

  /** The due-work loop has found ready instances in these of the sleeping lanes. */
  public void lanesFoundReady(Collection<Integer> ids) {
    foundLanes.found(ids);
    hint(ids, Lane::hint);
    laneMetrics.forgotten(foundLanes.forgotten());
  }

  private void hint(Collection<Integer> ids, Consumer<Lane> kind) {
    boolean unknown = false;
    for (int id : ids) {
      lanes.get(id).ifPresent(kind);
      unknown |= lanes.get(id).isEmpty();
    }
    if (unknown) {
      refreshLanesSoon();
    }
    startAll();
  }

  /**
   * Reads which lanes there are; blocks.
   *
   * @throws DatabaseException if the database does not tell
   */
  public void refreshLanes() {
    if (lanes.refresh()) {
      startAll();
    }
  }

  private void hear(Hint hint) {
    if (hint instanceof Hint.LanesReady ready) {
      hint(ready.lanes(), ready.fresh() ? Lane::hintFresh : Lane::hint);
    } else if (hint instanceof Hint.JobsChanged) {
      refreshLanesSoon();
    } else if (hint instanceof Hint.LookAtEverything) {
      executor.executeUnlessStopped(this::lookAtAllLanes);
    }
  }

  /** Many edits in a row are answered by one look. */
  private void refreshLanesSoon() {
    if (refreshAwaited.compareAndSet(false, true)) {
      executor.executeUnlessStopped(
          () -> {
            refreshAwaited.set(false);
            refreshLanesIfPossible();
          });
    }
  }

  private void lookAtAllLanes() {
    lanes.all().forEach(Lane::hint);
    startAll();
    refreshLanesIfPossible();
  }

  private void refreshLanesIfPossible() {
    try {
      refreshLanes();
    } catch (DatabaseException e) {
      LOG.warnf("The lanes were not read, and are at the next look: %s", e.getMessage());
    }
  }

  private void startAll() {
    groups.values().forEach(this::start);
  }

  private void start(ClaimBatcher group) {
    Claim claim = group.next(lanes, ticker.nanos());
    if (claim == null) {
      return;
    }
    try {
      executor.execute(() -> run(group, claim));
    } catch (RejectedExecutionException e) {
      // The service stops: the polls are answered empty, and other replicas go on.
      group.done();
    }
  }

  private void run(ClaimBatcher group, Claim claim) {
    boolean failed = false;
    long started = ticker.nanos();
    try {
      Found found = store.claim(claim.seats().keySet(), claim.probes(), claim.slots());
      claim.found(found, started, ticker.nanos());
      group.remove(found.closed());
      deliver(claim, found.rows());
    } catch (RuntimeException e) {
      // It may have been committed all the same; then the sessions have rows that nobody told them.
      LOG.warnf("A claim failed: %s", e.getMessage());
      claim.seats().values().forEach(seat -> seat.desk().doubt(e));
      failed = true;
    } finally {
      group.done();
    }
    if (!failed) {
      start(group);
    }
  }

  private void deliver(Claim claim, List<ClaimedInstance> rows) {
    metrics.claimed(rows);
    List<Assignment> told = assignments.of(rows);
    Map<UUID, List<Assignment>> bySession = new HashMap<>();
    for (int i = 0; i < rows.size(); i++) {
      bySession
          .computeIfAbsent(rows.get(i).session(), session -> new ArrayList<>())
          .add(told.get(i));
    }
    bySession.forEach((session, attempts) -> claim.seats().get(session).deliver(attempts));
    tellNextDeadline(rows);
  }

  /**
   * Hints at the next deadline, on this replica only: if it dies, the others find it in the
   * database.
   */
  private void tellNextDeadline(List<ClaimedInstance> rows) {
    rows.stream()
        .map(ClaimedInstance::timeLeft)
        .filter(Objects::nonNull)
        .min(Duration::compareTo)
        .ifPresent(left -> hints.giveHere(new Hint.DueIn(left.plus(ClaimStore.TIMEOUT_MARGIN))));
  }
}
