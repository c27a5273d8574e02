package dev.orrery.scheduler.engine.dispatch;

import dev.orrery.scheduler.base.database.DatabaseCache;
import dev.orrery.scheduler.base.database.DatabaseException;
import dev.orrery.scheduler.base.database.EngineExecutor;
import dev.orrery.scheduler.base.hint.Hint;
import dev.orrery.scheduler.base.hint.HintBus;
import dev.orrery.scheduler.base.time.LogInterval;
import dev.orrery.scheduler.base.time.Ticker;
import dev.orrery.scheduler.engine.worker.Capabilities;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Matches sessions that wait for work with lanes that have work. Each session waits in the {@link
 * ClaimBatcher} of its capabilities; hints wake lanes, and then the batchers claim.
 */
@ApplicationScoped
public class Dispatcher implements DatabaseCache {
  private static final Logger LOG = Logger.getLogger(Dispatcher.class);

  private final LaneRegistry lanes;
  private final ClaimBatcher.Environment environment;
  private final EngineExecutor executor;
  private final ClaimMetrics metrics;
  private final LostHintDetector lostHints;
  private final LogInterval failedRefreshes;
  private final Map<Capabilities, ClaimBatcher> batchers = new ConcurrentHashMap<>();
  private final AtomicBoolean refreshScheduled = new AtomicBoolean();

  Dispatcher(
      LaneRegistry lanes,
      ClaimBatcher.Environment environment,
      EngineExecutor executor,
      ClaimMetrics metrics,
      Ticker ticker,
      HintBus hints) {
    this.lanes = lanes;
    this.environment = environment;
    this.executor = executor;
    this.metrics = metrics;
    this.lostHints = new LostHintDetector(ticker);
    this.failedRefreshes = new LogInterval(ticker);
    hints.listen(this::onHint);
  }

  /** Adds a session whose parked poll waits for work, and starts a claim. */
  void requestWork(SessionDelivery delivery) {
    batchers
        .compute(
            delivery.session().capabilities(),
            (capabilities, known) -> {
              ClaimBatcher batcher =
                  known == null ? new ClaimBatcher(capabilities, environment) : known;
              batcher.add(delivery);
              return batcher;
            })
        .start();
  }

  /**
   * Returns lanes that polls wait for and that count as empty on this replica. Only for the thread
   * of the due-work loop.
   */
  public List<Integer> idleLanes() {
    // Within the map's lock of the key, so that no poll is added to a batcher that is being
    // removed.
    batchers
        .keySet()
        .forEach(
            capabilities ->
                batchers.computeIfPresent(
                    capabilities, (key, batcher) -> batcher.isEmpty() ? null : batcher));
    Set<Lane> idle =
        batchers.values().stream()
            .flatMap(batcher -> batcher.idleLanes().stream())
            .collect(Collectors.toSet());
    lostHints.onQuery(idle);
    return idle.stream().map(Lane::id).toList();
  }

  /**
   * Wakes idle lanes in which the due-work loop has found ready instances; blocks.
   *
   * @throws DatabaseException if the lanes cannot be read
   */
  public void lanesFoundReady(Collection<Integer> ids) {
    lostHints.onFound(ids);
    if (!ids.isEmpty() && (lanes.verify(ids) || lanes.isFullRefreshDue())) {
      refreshLanes();
    }
    wake(ids, Lane::wake);
    metrics.foundLate(lostHints.lostHints());
  }

  /**
   * Receives the newest job version that the due-work loop has read. If it is unknown here, its
   * hint was lost or has not arrived, and the lanes are refreshed.
   */
  public void newestVersion(long id) {
    if (id > lanes.newestVersion()) {
      refreshLanesSoon();
    }
  }

  private void wake(Collection<Integer> ids, Consumer<Lane> wakeUp) {
    boolean unknown = false;
    for (int id : ids) {
      lanes.get(id).ifPresent(wakeUp);
      unknown |= lanes.get(id).isEmpty();
    }
    if (unknown) {
      refreshLanesSoon();
    }
    startAll();
  }

  /**
   * Reads new lanes; blocks.
   *
   * @throws DatabaseException if the database cannot be read
   */
  void refreshLanes() {
    if (lanes.refresh()) {
      startAll();
    }
  }

  /** Forgets all lanes; the next refresh reads them. */
  @Override
  public void forget() {
    lanes.forget();
  }

  private void onHint(Hint hint) {
    if (hint instanceof Hint.LanesReady ready) {
      wake(ready.lanes(), ready.fresh() ? Lane::wakeNew : Lane::wake);
    } else if (hint instanceof Hint.JobsChanged) {
      refreshLanesSoon();
    } else if (hint instanceof Hint.Resync) {
      executor.executeUnlessStopped(this::wakeAllLanes);
    }
  }

  /** Refreshes once for many edits in a row. */
  private void refreshLanesSoon() {
    if (refreshScheduled.compareAndSet(false, true)) {
      executor.executeUnlessStopped(
          () -> {
            refreshScheduled.set(false);
            refreshLanesIfPossible();
          });
    }
  }

  private void wakeAllLanes() {
    lanes.all().forEach(Lane::wake);
    startAll();
    refreshLanesIfPossible();
  }

  private void refreshLanesIfPossible() {
    try {
      refreshLanes();
    } catch (DatabaseException e) {
      if (failedRefreshes.isDue()) {
        LOG.warnf("Failed to read lanes; the next refresh retries: %s", e.getMessage());
      }
    }
  }

  private void startAll() {
    batchers.values().forEach(ClaimBatcher::start);
  }
}
