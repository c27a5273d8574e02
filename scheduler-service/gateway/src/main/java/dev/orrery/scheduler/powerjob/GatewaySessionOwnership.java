package dev.orrery.scheduler.powerjob;

import dev.orrery.scheduler.base.database.DatabaseException;
import dev.orrery.scheduler.base.database.EngineExecutor;
import dev.orrery.scheduler.base.quota.QuotaPermit;
import dev.orrery.scheduler.base.time.Ticker;
import dev.orrery.scheduler.powerjob.GatewaySessionOpener.Opened;
import dev.orrery.scheduler.powerjob.GatewaySessionStore.Kept;
import dev.orrery.scheduler.powerjob.app.OpenedApp;
import dev.orrery.scheduler.powerjob.app.OpenedAppService;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Renews this replica's ownership of its PowerJob workers, and adopts workers whose owner is gone.
 */
@Singleton
class GatewaySessionOwnership {
  /**
   * A heartbeat of another replica is newer than the gateway session's own by more than clocks
   * differ.
   */
  private static final long NEWER_NANOS = Duration.ofMillis(500).toNanos();

  /** A worker sends each heartbeat over its one connection, so it is now at another replica. */
  private static final long MOVED_NANOS = Duration.ofSeconds(5).toNanos();

  private static final int ADOPTION_BATCH_SIZE = 100;
  private static final Logger LOG = Logger.getLogger(GatewaySessionOwnership.class);

  private final GatewayLoop loop;
  private final OpenedAppService apps;
  private final GatewaySessionRegistry gatewaySessions;
  private final SessionPoll poll;
  private final GatewaySessionOpener opener;
  private final GatewaySessionStore store;
  private final WorkerTransports transports;
  private final WorkerDirectory directory;
  private final EngineExecutor executor;
  private final Ticker ticker;
  private final OwnerThread owner = new OwnerThread();
  private boolean refreshing;
  private boolean adopting;

  GatewaySessionOwnership(
      GatewayLoop loop,
      OpenedAppService apps,
      GatewaySessionRegistry gatewaySessions,
      SessionPoll poll,
      GatewaySessionOpener opener,
      GatewaySessionStore store,
      WorkerTransports transports,
      WorkerDirectory directory,
      EngineExecutor executor,
      Ticker ticker) {
    this.loop = loop;
    this.apps = apps;
    this.gatewaySessions = gatewaySessions;
    this.poll = poll;
    this.opener = opener;
    this.store = store;
    this.transports = transports;
    this.directory = directory;
    this.executor = executor;
    this.ticker = ticker;
  }

  /**
   * The ports are open: workers that lost their server find this one, and report what has ended
   * meanwhile before they are asked.
   */
  void adoptFromNowOn() {
    loop.executeUnlessStopped(
        () -> {
          owner.require();
          adopting = true;
          directory.open();
        });
  }

  /** Each two seconds: the opened apps, and the sign that this replica has its gateway sessions. */
  void refresh() {
    owner.require();
    if (!refreshing) {
      refreshing = true;
      boolean adopts = adopting;
      executor.executeUnlessStopped(() -> refresh(adopts));
    }
  }

  private void refresh(boolean adopts) {
    try {
      apps.refresh();
      directory.refresh();
      keep(gatewaySessions.all().toList());
      if (adopts) {
        adoptAbandoned();
      }
    } catch (DatabaseException e) {
      LOG.debugf("Failed to refresh the ownership of PowerJob workers; retrying in 2 s: %s", e);
    } catch (RuntimeException e) {
      LOG.errorf(e, "Failed to refresh the ownership of PowerJob workers; retrying in 2 s");
    } finally {
      loop.executeUnlessStopped(() -> refreshing = false);
    }
  }

  private void keep(List<GatewaySession> mine) {
    if (mine.isEmpty()) {
      return;
    }
    Map<GatewaySessionStore.Key, Kept> kept = new HashMap<>();
    store
        .keep(mine.stream().map(GatewaySession::key).toList(), gatewaySessions.owner())
        .forEach(worker -> kept.put(worker.worker(), worker));
    long now = ticker.nanos();
    for (GatewaySession gatewaySession : mine) {
      loop.executeUnlessStopped(() -> keep(gatewaySession, kept.get(gatewaySession.key()), now));
    }
  }

  /**
   * @param worker null if it has another owner
   */
  private void keep(GatewaySession gatewaySession, Kept worker, long now) {
    if (worker == null) {
      gatewaySessions.drop(gatewaySession);
    }
    if (gatewaySession.isClosed()) {
      return;
    }
    long heardNanos = now - worker.silent().toNanos();
    long newerNanos = heardNanos - gatewaySession.heardNanos();
    if (!gatewaySession.channel().transport().dials()) {
      if (newerNanos > MOVED_NANOS) {
        release(gatewaySession, now);
      }
    } else if (newerNanos > NEWER_NANOS) {
      supersede(gatewaySession, worker.tag());
      poll.heartbeat(gatewaySession, worker.overload(), worker.idle(), heardNanos);
    }
  }

  /** The replica to which the worker has connected takes it at its next heartbeat. */
  private void release(GatewaySession gatewaySession, long now) {
    Map<GatewaySessionStore.Key, List<Long>> sent =
        Map.of(gatewaySession.key(), gatewaySession.closeWithSent(now));
    gatewaySessions.drop(gatewaySession);
    executor.executeUnlessStopped(
        () -> {
          try {
            store.release(sent, gatewaySessions.owner());
          } catch (DatabaseException e) {
            LOG.debugf(
                "Failed to release a PowerJob worker; its new replica takes it in 10 s: %s", e);
          }
        });
  }

  private void supersede(GatewaySession gatewaySession, String tag) {
    apps.find(gatewaySession.app().id())
        .map(app -> GatewayOffer.of(app, tag, gatewaySession.address()))
        .ifPresent(offers -> gatewaySession.supersede(!offers.contains(gatewaySession.offer())));
  }

  private void adoptAbandoned() {
    int room = Math.min(ADOPTION_BATCH_SIZE, gatewaySessions.room());
    if (loop.isStopped() || room <= 0) {
      return;
    }
    for (GatewaySessionStore.Adopted worker :
        store.adopt(
            gatewaySessions.owner(), transports.adoptable(), transports.connected(), room)) {
      GatewaySessionStore.Key key = worker.worker();
      OpenedApp app =
          apps.find(key.app())
              .orElseGet(() -> new OpenedApp(key.app(), worker.app(), "", false, List.of()));
      Optional<QuotaPermit> place = gatewaySessions.holdPlace(key);
      Optional<WorkerChannel> channel =
          WorkerChannel.parse(transports.of(worker.protocol()), key.address());
      if (place.isPresent() && channel.isPresent()) {
        try {
          Opened opened =
              opener.adopt(
                  new GatewayWorker(
                      app, channel.get(), new GatewayOffer(key.kind(), worker.tags())),
                  worker.session(),
                  GatewaySession.threads(worker.capacity()),
                  place.get());
          loop.executeUnlessStopped(() -> opener.serve(opened));
        } catch (RuntimeException e) {
          place.get().release();
          throw e;
        }
      } else {
        place.ifPresent(QuotaPermit::release);
      }
    }
  }
}
