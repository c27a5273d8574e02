package dev.orrery.scheduler.powerjob;

import static dev.orrery.scheduler.base.lifecycle.LifecycleOrder.STOP_CALLS;

import dev.orrery.powerjob.Heartbeat;
import dev.orrery.protocol.message.ByeRequest;
import dev.orrery.scheduler.base.database.DatabaseException;
import dev.orrery.scheduler.base.hint.Hint;
import dev.orrery.scheduler.base.hint.HintBus;
import dev.orrery.scheduler.base.housekeeping.HousekeepingChore;
import dev.orrery.scheduler.base.housekeeping.HousekeepingChore.Schedule;
import dev.orrery.scheduler.base.housekeeping.HousekeepingSource;
import dev.orrery.scheduler.base.housekeeping.RetentionConfig;
import dev.orrery.scheduler.base.time.Ticker;
import dev.orrery.scheduler.engine.worker.SessionEndService;
import dev.orrery.scheduler.powerjob.app.OpenedApp;
import dev.orrery.scheduler.powerjob.app.OpenedAppService;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.vertx.http.HttpServerStart;
import io.quarkus.vertx.http.HttpsServerStart;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.ObservesAsync;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Keeps a gateway session for each PowerJob worker that this replica polls for, from its first
 * heartbeat to the end of its session. Checks the gateway sessions and their runs once a second.
 *
 * <p>A gateway session survives a crash: the session and its attempts are in the database, and the
 * next owner asks the worker which of them it knows.
 */
@ApplicationScoped
class GatewaySessionService implements HousekeepingSource {
  private static final long CHECK_SECONDS = 1;
  private static final long REFRESH_SECONDS = 2;

  /** Other events have their turn after the checks of so many sessions. */
  private static final int CHECKS_OF_A_TURN = 50;

  private static final Logger LOG = Logger.getLogger(GatewaySessionService.class);

  private final PowerJobConfig config;
  private final GatewayLoop loop;
  private final OpenedAppService apps;
  private final GatewaySessionRegistry gatewaySessions;
  private final GatewaySessionOpener opener;
  private final SessionPoll poll;
  private final GatewaySessionOwnership ownership;
  private final WorkerDirectory directory;
  private final RunTracker runs;
  private final LogSequencer logs;
  private final GatewaySessionStore store;
  private final SessionEndService ends;
  private final Ticker ticker;

  /** The gateway sessions that are still to be checked in this second. */
  private Iterator<GatewaySession> unchecked = Collections.emptyIterator();

  GatewaySessionService(
      PowerJobConfig config,
      GatewayLoop loop,
      OpenedAppService apps,
      GatewaySessionRegistry gatewaySessions,
      GatewaySessionOpener opener,
      SessionPoll poll,
      GatewaySessionOwnership ownership,
      WorkerDirectory directory,
      RunTracker runs,
      LogSequencer logs,
      GatewaySessionStore store,
      SessionEndService ends,
      HintBus hints,
      Ticker ticker) {
    this.config = config;
    this.loop = loop;
    this.apps = apps;
    this.gatewaySessions = gatewaySessions;
    this.opener = opener;
    this.poll = poll;
    this.ownership = ownership;
    this.directory = directory;
    this.runs = runs;
    this.logs = logs;
    this.store = store;
    this.ends = ends;
    this.ticker = ticker;
    hints.listen(this::onHint);
  }

  void start(@Observes StartupEvent event) {
    if (config.enabled()) {
      apps.refresh();
      loop.each(CHECK_SECONDS, this::tick);
      loop.each(REFRESH_SECONDS, ownership::refresh);
    }
  }

  /** Workers find the replica at its API port, which opens last, and report to it from then on. */
  void open(@ObservesAsync HttpServerStart event) {
    ownership.adoptFromNowOn();
  }

  /** As {@link #open}, for a replica without an API port in the clear. */
  void openTls(@ObservesAsync HttpsServerStart event) {
    ownership.adoptFromNowOn();
  }

  /** The next owner takes the workers at their next heartbeats, without waiting. */
  void stop(@Observes @Priority(STOP_CALLS) ShutdownEvent event) throws InterruptedException {
    Map<GatewaySessionStore.Key, List<Long>> sent = loop.stop(this::closeAll).orElse(Map.of());
    logs.stop();
    if (!sent.isEmpty()) {
      try {
        store.release(sent, gatewaySessions.owner());
      } catch (DatabaseException e) {
        LOG.debugf(
            "Failed to release PowerJob workers; another replica takes them over in 10 s: %s", e);
      }
    }
  }

  private Map<GatewaySessionStore.Key, List<Long>> closeAll() {
    long now = ticker.nanos();
    return gatewaySessions
        .all()
        .collect(
            Collectors.toMap(
                GatewaySession::key, gatewaySession -> gatewaySession.closeWithSent(now)));
  }

  /** Takes a heartbeat whose address and app were checked; never blocks. */
  void heartbeat(OpenedApp app, WorkerChannel channel, Heartbeat heartbeat) {
    List<GatewayWorker> offers = GatewayWorker.of(app, channel, heartbeat.tag());
    loop.offer(app.id(), () -> heartbeat(app, channel, heartbeat, offers));
  }

  private void heartbeat(
      OpenedApp app, WorkerChannel channel, Heartbeat heartbeat, List<GatewayWorker> offers) {
    Map<GatewaySessionStore.Key, GatewaySession> present = new HashMap<>();
    gatewaySessions
        .ofWorker(app.id(), channel)
        .forEach(gatewaySession -> present.put(gatewaySession.key(), gatewaySession));
    for (GatewayWorker worker : offers) {
      if (!app.selectors().isEmpty()) {
        opener.announceToFormer(worker, heartbeat);
      }
      GatewaySession gatewaySession = present.remove(worker.key());
      if (gatewaySession == null) {
        opener.announce(worker, heartbeat);
      } else {
        gatewaySession.supersede(false);
        poll.heartbeat(gatewaySession, heartbeat);
      }
    }
    for (GatewaySession former : present.values()) {
      former.supersede(true);
      poll.heartbeat(former, heartbeat);
    }
  }

  private void tick() {
    runs.forgetEnded(ticker.nanos());
    if (directory.becomesComplete()) {
      gatewaySessions
          .all()
          .filter(gatewaySession -> gatewaySession.kind() == TrackerKind.HEAVY)
          .forEach(poll::pollSoon);
    }
    if (!unchecked.hasNext()) {
      unchecked = gatewaySessions.all().iterator();
    }
    tickSome();
  }

  private void tickSome() {
    long now = ticker.nanos();
    for (int i = 0; i < CHECKS_OF_A_TURN && unchecked.hasNext(); i++) {
      GatewaySession gatewaySession = unchecked.next();
      if (!gatewaySession.isClosed()) {
        tick(gatewaySession, now);
      }
    }
    if (unchecked.hasNext()) {
      loop.executeUnlessStopped(this::tickSome);
    }
  }

  private void tick(GatewaySession gatewaySession, long now) {
    boolean isClosed = apps.find(gatewaySession.app().id()).isEmpty();
    if (now - gatewaySession.heardNanos() > PowerJobLimits.SESSION_TIMEOUT.toNanos()) {
      gatewaySessions.drop(gatewaySession);
      return;
    }
    boolean isOver = isClosed || gatewaySession.isSuperseded();
    if (gatewaySession.drain(isOver)
        || gatewaySession.becomesSilent(now)
        || gatewaySession.rise(now)
        || gatewaySession.offersTooMany(now)) {
      poll.pollSoon(gatewaySession);
    }
    if (isOver && gatewaySession.isEmpty()) {
      leave(gatewaySession);
      return;
    }
    if (gatewaySession.isSilent()) {
      runs.contactLost(gatewaySession);
    }
    if (gatewaySession.isAskable(now)) {
      runs.check(gatewaySession, now);
    }
  }

  /** Ends a session whose worker gets no more runs by it. */
  private void leave(GatewaySession gatewaySession) {
    gatewaySessions.drop(gatewaySession);
    var unused =
        ends.bye(
                gatewaySession.app().caller(),
                new ByeRequest(gatewaySession.id().toString(), List.of()))
            .exceptionally(
                failure -> {
                  LOG.debugf(
                      "Failed to end the session of a PowerJob worker; it ends when its lease"
                          + " expires: app=%s worker=%s: %s",
                      gatewaySession.app().app(), gatewaySession.address(), failure);
                  return null;
                });
  }

  private void onHint(Hint hint) {
    if (hint instanceof Hint.AttemptReported reported) {
      ofSession(
          reported.session(),
          gatewaySession -> runs.endedElsewhere(gatewaySession, reported.attempt()));
    } else if (hint instanceof Hint.SessionEnded ended) {
      ofSession(ended.session(), gatewaySessions::drop);
    }
  }

  /** Most hints are about sessions of other workers, and are no event. */
  private void ofSession(UUID session, Consumer<GatewaySession> event) {
    gatewaySessions
        .ofSession(session)
        .forEach(gatewaySession -> loop.executeUnlessStopped(() -> event.accept(gatewaySession)));
  }

  @Override
  public List<HousekeepingChore> chores(RetentionConfig retention) {
    return List.of(new HousekeepingChore("PowerJob workers", Schedule.HOURLY, store::pruneWorkers));
  }
}
