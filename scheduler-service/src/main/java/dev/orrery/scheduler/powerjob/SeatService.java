package dev.orrery.scheduler.powerjob;

import static dev.orrery.scheduler.base.lifecycle.LifecycleOrder.STOP_CALLS;

import dev.orrery.powerjob.Heartbeat;
import dev.orrery.powerjob.WorkerAddress;
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
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;

/**
 * Holds a seat for each PowerJob worker that this replica polls for, from its first heartbeat to
 * the end of its session, and checks the seats and their runs each second.
 *
 * <p>A crash loses nothing of a seat: the session and its attempts are in the database, and the
 * next owner asks the worker which of them it knows.
 */
@ApplicationScoped
class SeatService implements HousekeepingSource, RunTracker.Listener {
  /** A worker sends a heartbeat each ten seconds; its seat goes with its session. */
  private static final Duration GONE = Duration.ofSeconds(60);

  private static final long REFRESH_SECONDS = 2;
  private static final Logger LOG = Logger.getLogger(SeatService.class);

  private final PowerJobConfig config;
  private final OpenedAppService apps;
  private final SeatRegistry seats;
  private final SeatOpener opener;
  private final SeatRenewal renewal;
  private final SeatPoller poller;
  private final SeatOwnership ownership;
  private final SeatTimer timer;
  private final RunTracker runs;
  private final LogSequencer logs;
  private final SeatStore store;
  private final SessionEndService ends;
  private final Ticker ticker;

  SeatService(
      PowerJobConfig config,
      OpenedAppService apps,
      SeatRegistry seats,
      SeatOpener opener,
      SeatRenewal renewal,
      SeatPoller poller,
      SeatOwnership ownership,
      SeatTimer timer,
      RunTracker runs,
      LogSequencer logs,
      SeatStore store,
      SessionEndService ends,
      HintBus hints,
      Ticker ticker) {
    this.config = config;
    this.apps = apps;
    this.seats = seats;
    this.opener = opener;
    this.renewal = renewal;
    this.poller = poller;
    this.ownership = ownership;
    this.timer = timer;
    this.runs = runs;
    this.logs = logs;
    this.store = store;
    this.ends = ends;
    this.ticker = ticker;
    hints.listen(this::onHint);
    runs.listen(this);
  }

  void start(@Observes StartupEvent event) {
    if (config.enabled()) {
      apps.refresh();
      timer.eachTick(this::tick);
      timer.each(REFRESH_SECONDS, ownership::refresh);
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
  void stop(@Observes @Priority(STOP_CALLS) ShutdownEvent event) {
    seats.stop();
    logs.stop();
    timer.stop();
    long now = ticker.nanos();
    Map<SeatStore.Key, List<Long>> sent = new HashMap<>();
    seats.all().forEach(seat -> sent.put(seat.key(), seat.closeWithSent(now)));
    if (!sent.isEmpty()) {
      try {
        store.release(sent, seats.owner());
      } catch (DatabaseException e) {
        LOG.debugf(
            "Failed to release PowerJob workers; another replica takes them over in 10 s: %s", e);
      }
    }
  }

  /** Takes a heartbeat whose address and app were checked; never blocks. */
  void heartbeat(OpenedApp app, WorkerAddress address, Heartbeat heartbeat) {
    SeatStore.Key key = new SeatStore.Key(app.id(), address.toString());
    seats
        .find(key)
        .ifPresentOrElse(
            seat -> renewal.heartbeat(seat, heartbeat),
            () -> opener.announce(app, address, key, heartbeat));
  }

  /** Returns the addresses of the app's workers that this replica polls for. */
  List<String> addresses(int app) {
    return seats.keys().stream()
        .filter(key -> key.app() == app)
        .map(SeatStore.Key::address)
        .sorted()
        .toList();
  }

  private void tick() {
    long now = ticker.nanos();
    runs.forgetEnded(now);
    seats.all().forEach(seat -> tick(seat, now));
  }

  private void tick(WorkerSeat seat, long now) {
    boolean isClosed = apps.find(seat.app().id()).isEmpty();
    if (now - seat.heardNanos() > GONE.toNanos()) {
      seats.drop(seat);
      return;
    }
    if (seat.drain(isClosed) || seat.becomesSilent(now) || seat.rise(now)) {
      poller.pollSoon(seat);
    }
    if (isClosed && seat.isEmpty()) {
      leave(seat);
      return;
    }
    if (seat.isSilent()) {
      runs.contactLost(seat);
    }
    if (seat.isAskable(now)) {
      runs.check(seat, now);
    }
  }

  @Override
  public void onRoomChanged(WorkerSeat seat) {
    poller.pollSoon(seat);
  }

  /** Ends the session of a worker whose app is closed. */
  private void leave(WorkerSeat seat) {
    seats.drop(seat);
    var unused =
        ends.bye(seat.app().caller(), new ByeRequest(seat.session().toString(), List.of()))
            .exceptionally(
                failure -> {
                  LOG.debugf(
                      "Failed to end the session of a PowerJob worker; it ends with its lease: app=%s worker=%s: %s",
                      seat.app().app(), seat.address(), failure);
                  return null;
                });
  }

  private void onHint(Hint hint) {
    if (hint instanceof Hint.AttemptReported reported) {
      seats
          .ofSession(reported.session())
          .forEach(seat -> runs.endedElsewhere(seat, reported.attempt()));
    } else if (hint instanceof Hint.SessionEnded ended) {
      seats.ofSession(ended.session()).forEach(seats::drop);
    }
  }

  @Override
  public List<HousekeepingChore> chores(RetentionConfig retention) {
    return List.of(new HousekeepingChore("PowerJob workers", Schedule.HOURLY, store::pruneWorkers));
  }
}
