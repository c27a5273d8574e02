package dev.orrery.scheduler.powerjob;

import static dev.orrery.scheduler.lifecycle.LifecycleOrder.STOP_CALLS;

import dev.orrery.powerjob.Heartbeat;
import dev.orrery.powerjob.WorkerAddress;
import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.protocol.message.ByeRequest;
import dev.orrery.scheduler.database.DatabaseException;
import dev.orrery.scheduler.hint.Hint;
import dev.orrery.scheduler.hint.HintBus;
import dev.orrery.scheduler.powerjob.app.OpenedApp;
import dev.orrery.scheduler.powerjob.app.OpenedAppService;
import dev.orrery.scheduler.retention.HousekeepingChore;
import dev.orrery.scheduler.retention.HousekeepingChore.Schedule;
import dev.orrery.scheduler.retention.HousekeepingSource;
import dev.orrery.scheduler.retention.RetentionConfig;
import dev.orrery.scheduler.time.Ticker;
import dev.orrery.scheduler.worker.SessionEndService;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.List;
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

  /** The next owner takes the workers at their next heartbeats, without waiting. */
  void stop(@Observes @Priority(STOP_CALLS) ShutdownEvent event) {
    seats.stop();
    timer.stop();
    List<SeatStore.Key> held = seats.keys();
    seats.all().forEach(WorkerSeat::close);
    if (!held.isEmpty()) {
      try {
        store.release(held, seats.owner());
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
      leave(seat, List.of());
    } else if (seat.isSilent()) {
      runs.handBackUnconfirmed(seat);
    } else {
      runs.check(seat, now);
    }
  }

  @Override
  public void onRoomChanged(WorkerSeat seat) {
    poller.pollSoon(seat);
  }

  @Override
  public void onRestarted(WorkerSeat seat, List<AttemptRef> neverStarted) {
    LOG.infof(
        "PowerJob worker restarted; ending its earlier session and handing out its runs again: app=%s worker=%s",
        seat.app().app(), seat.address());
    leave(seat, neverStarted);
  }

  /** Ends the session. The next heartbeat of the worker opens another one, if its app is open. */
  private void leave(WorkerSeat seat, List<AttemptRef> handedBack) {
    seats.drop(seat);
    var unused =
        ends.bye(seat.app().caller(), new ByeRequest(seat.session().toString(), handedBack))
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
    return List.of(
        new HousekeepingChore("PowerJob workers", Schedule.HOURLY, store::pruneWorkers),
        new HousekeepingChore(
            "numbers for PowerJob",
            Schedule.HOURLY,
            () -> store.pruneNumbers(retention.history())));
  }
}
