package dev.orrery.scheduler.powerjob;

import static dev.orrery.scheduler.lifecycle.LifecycleOrder.STOP_CALLS;

import dev.orrery.powerjob.Heartbeat;
import dev.orrery.powerjob.RunRequest;
import dev.orrery.powerjob.WorkerAddress;
import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.ProcessorSpec;
import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.message.Assignment;
import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.protocol.message.AttemptReport.Outcome;
import dev.orrery.protocol.message.MessageLimits;
import dev.orrery.protocol.message.PollRequest;
import dev.orrery.protocol.message.PollResponse;
import dev.orrery.protocol.message.RenewRequest;
import dev.orrery.protocol.message.WorkerOffer;
import dev.orrery.scheduler.agreement.HandshakeService;
import dev.orrery.scheduler.database.DatabaseException;
import dev.orrery.scheduler.database.EngineExecutor;
import dev.orrery.scheduler.dispatch.PollService;
import dev.orrery.scheduler.lifecycle.ProgressWatch;
import dev.orrery.scheduler.lifecycle.StallScope;
import dev.orrery.scheduler.problem.ProblemException;
import dev.orrery.scheduler.retention.HousekeepingChore;
import dev.orrery.scheduler.retention.HousekeepingChore.Schedule;
import dev.orrery.scheduler.retention.HousekeepingSource;
import dev.orrery.scheduler.retention.RetentionConfig;
import dev.orrery.scheduler.time.Ticker;
import dev.orrery.scheduler.worker.RenewalService;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;

/**
 * Holds a seat for each worker of PowerJob that this replica polls for: opens or adopts its
 * session, polls, pushes runs to the worker, and checks those that the worker does not confirm.
 *
 * <p>A crash loses nothing of a seat: the session and its attempts are in the database, and the
 * next owner asks the worker which of them it knows.
 */
@ApplicationScoped
class SeatService implements HousekeepingSource {
  static final int MAX_CAPACITY = Math.min(500, MessageLimits.MAX_CAPACITY);
  static final int MAX_SEATS = 4_000;
  static final int MAX_SEATS_OF_APP = 500;

  /** A worker sends a heartbeat each ten seconds; its seat goes with its session. */
  private static final Duration GONE = Duration.ofSeconds(60);

  /** Polls that follow an end are joined for this long. */
  private static final long POLL_DELAY_MILLIS = 5;

  /** Without ticks, runs that a worker dropped wait. */
  private static final Duration MAX_TICK = Duration.ofSeconds(30);

  private static final long TICK_SECONDS = 1;
  private static final long REFRESH_SECONDS = 2;
  private static final long RETRY_MILLIS = 1_000;
  private static final Logger LOG = Logger.getLogger(SeatService.class);

  private final PowerJobConfig config;
  private final OpenedAppService apps;
  private final SeatStore store;
  private final WorkerPush push;
  private final RunTracker runs;
  private final HandshakeService handshakes;
  private final RenewalService renewals;
  private final PollService polls;
  private final EngineExecutor executor;
  private final Ticker ticker;
  private final UUID owner = UUID.randomUUID();
  private final Map<SeatStore.Key, WorkerSeat> seats = new ConcurrentHashMap<>();
  private final Set<SeatStore.Key> opening = ConcurrentHashMap.newKeySet();
  private final AtomicLong ticks = new AtomicLong();
  private final AtomicBoolean refreshing = new AtomicBoolean();
  private final ScheduledThreadPoolExecutor timer =
      new ScheduledThreadPoolExecutor(1, SeatService::timerThread);
  private volatile boolean stopping;

  SeatService(
      PowerJobConfig config,
      OpenedAppService apps,
      SeatStore store,
      WorkerPush push,
      RunTracker runs,
      HandshakeService handshakes,
      RenewalService renewals,
      PollService polls,
      EngineExecutor executor,
      ProgressWatch watch,
      Ticker ticker) {
    this.config = config;
    this.apps = apps;
    this.store = store;
    this.push = push;
    this.runs = runs;
    this.handshakes = handshakes;
    this.renewals = renewals;
    this.polls = polls;
    this.executor = executor;
    this.ticker = ticker;
    runs.onEnded(this::pollSoon);
    watch.watch("powerjob", StallScope.OWN, MAX_TICK, () -> !seats.isEmpty(), ticks::get);
  }

  void start(@Observes StartupEvent event) {
    if (config.enabled()) {
      apps.refresh();
      schedule(this::tick, TICK_SECONDS);
      schedule(this::refresh, REFRESH_SECONDS);
    }
  }

  private void schedule(Runnable action, long seconds) {
    var unused = timer.scheduleWithFixedDelay(action, seconds, seconds, TimeUnit.SECONDS);
  }

  /** The next owner takes the workers at their next heartbeats, without waiting. */
  void stop(@Observes @Priority(STOP_CALLS) ShutdownEvent event) {
    stopping = true;
    timer.shutdownNow();
    List<SeatStore.Key> held = List.copyOf(seats.keySet());
    seats.values().forEach(WorkerSeat::close);
    if (!held.isEmpty()) {
      try {
        store.release(held, owner);
      } catch (DatabaseException e) {
        LOG.debugf(
            "Failed to release workers of PowerJob; another replica takes them over in 10 s: %s",
            e);
      }
    }
  }

  /** Takes a heartbeat whose address and app were checked; never blocks. */
  void heartbeat(OpenedApp app, WorkerAddress address, Heartbeat heartbeat) {
    SeatStore.Key key = new SeatStore.Key(app.id(), address.toString());
    WorkerSeat seat = seats.get(key);
    if (seat == null) {
      open(app, address, key, heartbeat);
      return;
    }
    if (seat.heartbeat(heartbeat.overload(), ticker.nanos())) {
      pollSoon(seat);
    }
    renew(seat);
  }

  private void renew(WorkerSeat seat) {
    var unused =
        renewals
            .renew(
                seat.app().caller(),
                new RenewRequest(seat.session().toString(), seat.held(), false))
            .whenComplete(
                (renewed, failure) -> {
                  if (isSessionGone(failure)) {
                    drop(seat);
                  }
                });
  }

  private void open(OpenedApp app, WorkerAddress address, SeatStore.Key key, Heartbeat heartbeat) {
    if (stopping || !hasRoom(app) || !opening.add(key)) {
      return;
    }
    executor.executeUnlessStopped(
        () -> {
          try {
            openNow(app, address, key, heartbeat);
          } catch (DatabaseException | ProblemException e) {
            LOG.debugf(
                "Failed to open a session for a worker of PowerJob; retrying at its next heartbeat: worker=%s: %s",
                key, e);
          } catch (RuntimeException e) {
            LOG.errorf(
                e,
                "Failed to open a session for a worker of PowerJob; retrying at its next heartbeat: worker=%s",
                key);
          } finally {
            opening.remove(key);
          }
        });
  }

  private boolean hasRoom(OpenedApp app) {
    return seats.size() < MAX_SEATS
        && seats.keySet().stream().filter(key -> key.app() == app.id()).count() < MAX_SEATS_OF_APP;
  }

  /** Takes the worker, and adopts its session or opens one; blocks. */
  private void openNow(
      OpenedApp app, WorkerAddress address, SeatStore.Key key, Heartbeat heartbeat) {
    UUID none = new UUID(0, 0);
    Optional<UUID> taken = store.take(key, owner, none);
    if (taken.isEmpty()) {
      return;
    }
    boolean adopted = !taken.get().equals(none) && store.isLive(taken.get());
    UUID session = adopted ? taken.get() : newSession(app, address, heartbeat);
    if (!adopted) {
      store.opened(key, owner, session);
    }
    WorkerSeat seat =
        new WorkerSeat(app, address, session, heartbeat.threads(MAX_CAPACITY), ticker.nanos());
    if (adopted) {
      LOG.infof("Adopted a worker of PowerJob: app=%s worker=%s", app.app(), address);
      store
          .running(session)
          .forEach(
              running ->
                  runs.hold(
                      seat,
                      new WorkerRun(running.attempt(), running.wireId(), running.nextLine())));
      // The former owner may have pushed them, so each is asked for and none is pushed again.
      seat.change(() -> seat.runs().forEach(run -> run.pushed(ticker.nanos())));
    }
    seats.put(key, seat);
    heartbeat(app, address, heartbeat);
    poll(seat);
  }

  private UUID newSession(OpenedApp app, WorkerAddress address, Heartbeat heartbeat) {
    WorkerOffer offer =
        new WorkerOffer(
            Protocol.HTTP.canonicalName(),
            null,
            null,
            null,
            "PowerJob " + heartbeat.version(),
            app.app(),
            address.workerName(),
            List.of(),
            List.of(ProcessorSpec.POWERJOB),
            heartbeat.threads(MAX_CAPACITY));
    return handshakes.openForPowerJob(app.id(), offer, Protocol.HTTP, address.host());
  }

  /** Returns the addresses of the app's workers that this replica polls for. */
  List<String> addresses(int app) {
    return seats.keySet().stream()
        .filter(key -> key.app() == app)
        .map(SeatStore.Key::address)
        .sorted()
        .toList();
  }

  private void pollSoon(WorkerSeat seat) {
    pollIn(seat, POLL_DELAY_MILLIS);
  }

  private void pollIn(WorkerSeat seat, long millis) {
    if (!stopping && !seat.isClosed() && seat.requestPoll()) {
      var unused = timer.schedule(() -> poll(seat), millis, TimeUnit.MILLISECONDS);
    }
  }

  private void poll(WorkerSeat seat) {
    if (stopping || seat.isClosed()) {
      return;
    }
    WorkerSeat.Poll next = seat.nextPoll();
    var unused =
        polls
            .pollWithoutRenewal(
                seat.app().caller(),
                new PollRequest(
                    seat.session().toString(), next.sequence(), next.free(), next.held(), 0, false),
                Protocol.HTTP)
            .whenComplete((response, failure) -> polled(seat, next, response, failure));
  }

  private void polled(
      WorkerSeat seat, WorkerSeat.Poll poll, PollResponse response, Throwable failure) {
    if (failure == null) {
      take(seat, response);
      if (seat.isLatest(poll.sequence())) {
        pollSoon(seat);
      }
    } else if (isSessionGone(failure)) {
      drop(seat);
    } else if (seat.isLatest(poll.sequence())) {
      pollIn(seat, RETRY_MILLIS);
    }
  }

  private void take(WorkerSeat seat, PollResponse response) {
    List<Assignment> fresh =
        response.attempts().stream().filter(assignment -> !seat.holds(assignment.ref())).toList();
    if (!fresh.isEmpty()) {
      executor.executeUnlessStopped(() -> send(seat, fresh));
    }
    Set<AttemptRef> cancels = new HashSet<>(response.cancels());
    seat.runs().stream()
        .filter(run -> cancels.contains(run.attempt()))
        .forEach(run -> runs.cancel(seat, run));
  }

  /** Gives the attempts their numbers, and pushes them; blocks for the numbers only. */
  private void send(WorkerSeat seat, List<Assignment> assignments) {
    Map<AttemptRef, Long> numbers;
    Map<String, Long> jobs;
    try {
      List<AttemptRef> later =
          assignments.stream().map(Assignment::ref).filter(ref -> ref.attempt() > 1).toList();
      numbers = later.isEmpty() ? Map.of() : store.number(later);
      jobs =
          store.jobs(
              seat.app().id(), assignments.stream().map(Assignment::job).distinct().toList());
    } catch (DatabaseException e) {
      LOG.debugf(
          "Failed to store the numbers of attempts for PowerJob; they are delivered again: %s", e);
      pollIn(seat, RETRY_MILLIS);
      return;
    }
    for (Assignment assignment : assignments) {
      AttemptRef ref = assignment.ref();
      WorkerRun run = new WorkerRun(ref, ref.attempt() == 1 ? ref.instance() : numbers.get(ref), 0);
      if (runs.hold(seat, run)) {
        push(seat, run, assignment, jobs.getOrDefault(assignment.job(), 0L));
      }
    }
    // The engine hears which attempts the seat holds now.
    pollSoon(seat);
  }

  private void push(WorkerSeat seat, WorkerRun run, Assignment assignment, long job) {
    if (!(assignment.processor() instanceof ProcessorSpec.PowerJob processor)) {
      var unused =
          runs.end(seat, run, Outcome.FAILED, null, "The job is not one of PowerJob.", null);
      return;
    }
    var unused =
        push.run(seat.address(), request(seat, run, assignment, processor, job))
            .onComplete(
                sent -> {
                  if (sent.failed()) {
                    LOG.debugf(
                        "Failed to send a run to a worker of PowerJob; asking the worker whether it has the run: %s",
                        sent.cause().getMessage());
                  }
                  seat.change(() -> run.pushed(ticker.nanos()));
                });
  }

  private static RunRequest request(
      WorkerSeat seat,
      WorkerRun run,
      Assignment assignment,
      ProcessorSpec.PowerJob processor,
      long job) {
    return new RunRequest(
        List.of(seat.address().toString()),
        processor.number(ProcessorSpec.PowerJob.MAX_WORKER_COUNT, 0),
        job,
        run.wireId(),
        processor.executeType(),
        processor.processorType(),
        processor.processorInfo(),
        assignment.timeoutMillis() == null ? 0 : assignment.timeoutMillis(),
        assignment.parameters().getOrDefault(ProcessorSpec.PowerJob.JOB_PARAMS, ""),
        assignment.parameters().get(ProcessorSpec.PowerJob.INSTANCE_PARAMS),
        processor.number(ProcessorSpec.PowerJob.CONCURRENCY, 5),
        processor.number(ProcessorSpec.PowerJob.TASK_RETRY_NUM, 0),
        "API",
        0,
        processor.options().get(ProcessorSpec.PowerJob.LOG_CONFIG));
  }

  /** Each second: drops seats that are over, and checks the runs of the others. */
  void tick() {
    try {
      long now = ticker.nanos();
      runs.forgetEnded(now);
      for (WorkerSeat seat : seats.values()) {
        if (now - seat.heardNanos() > GONE.toNanos() || apps.find(seat.app().id()).isEmpty()) {
          drop(seat);
        } else {
          runs.check(seat, now);
        }
      }
      ticks.incrementAndGet();
    } catch (RuntimeException e) {
      LOG.errorf(e, "Failed to check runs of workers of PowerJob; retrying in 1 s");
    }
  }

  /** Each two seconds: the opened apps, and the sign that this replica has its seats. */
  void refresh() {
    if (!refreshing.compareAndSet(false, true)) {
      return;
    }
    executor.executeUnlessStopped(
        () -> {
          try {
            apps.refresh();
            Collection<SeatStore.Key> mine = new ArrayList<>(seats.keySet());
            if (!mine.isEmpty()) {
              Set<SeatStore.Key> kept = new HashSet<>(store.keep(mine, owner));
              mine.stream().filter(key -> !kept.contains(key)).forEach(key -> drop(seats.get(key)));
            }
          } catch (DatabaseException e) {
            LOG.debugf(
                "Failed to refresh the ownership of PowerJob's workers; retrying in 2 s: %s", e);
          } catch (RuntimeException e) {
            LOG.errorf(e, "Failed to refresh the ownership of PowerJob's workers; retrying in 2 s");
          } finally {
            refreshing.set(false);
          }
        });
  }

  /** The engine or another replica takes what the seat held. */
  private void drop(WorkerSeat seat) {
    if (seat != null) {
      seat.close();
      seats.remove(seat.key(), seat);
      runs.drop(seat);
    }
  }

  @Override
  public List<HousekeepingChore> chores(RetentionConfig retention) {
    return List.of(
        new HousekeepingChore("workers of PowerJob", Schedule.HOURLY, store::pruneWorkers),
        new HousekeepingChore(
            "numbers for PowerJob",
            Schedule.HOURLY,
            () -> store.pruneNumbers(retention.history())));
  }

  private static boolean isSessionGone(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof ProblemException problem
        && problem.problem().code() == ErrorCode.SESSION_GONE;
  }

  private static Thread timerThread(Runnable runnable) {
    Thread thread = new Thread(runnable, "orrery-powerjob-timer");
    thread.setDaemon(true);
    return thread;
  }
}
