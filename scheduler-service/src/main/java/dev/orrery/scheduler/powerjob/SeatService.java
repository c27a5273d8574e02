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
import dev.orrery.protocol.message.ByeRequest;
import dev.orrery.protocol.message.MessageLimits;
import dev.orrery.protocol.message.PollRequest;
import dev.orrery.protocol.message.PollResponse;
import dev.orrery.protocol.message.RenewRequest;
import dev.orrery.protocol.message.WorkerOffer;
import dev.orrery.scheduler.agreement.HandshakeService;
import dev.orrery.scheduler.commit.CommitMetrics;
import dev.orrery.scheduler.commit.GroupCommit;
import dev.orrery.scheduler.database.DatabaseException;
import dev.orrery.scheduler.database.EngineExecutor;
import dev.orrery.scheduler.dispatch.PollService;
import dev.orrery.scheduler.hint.Hint;
import dev.orrery.scheduler.hint.HintBus;
import dev.orrery.scheduler.lifecycle.ProgressWatch;
import dev.orrery.scheduler.lifecycle.StallScope;
import dev.orrery.scheduler.powerjob.SeatStore.Beat;
import dev.orrery.scheduler.powerjob.SeatStore.Kept;
import dev.orrery.scheduler.powerjob.SeatStore.Owned;
import dev.orrery.scheduler.problem.ProblemException;
import dev.orrery.scheduler.quota.AppQuota;
import dev.orrery.scheduler.quota.QuotaMetrics;
import dev.orrery.scheduler.quota.QuotaPermit;
import dev.orrery.scheduler.retention.HousekeepingChore;
import dev.orrery.scheduler.retention.HousekeepingChore.Schedule;
import dev.orrery.scheduler.retention.HousekeepingSource;
import dev.orrery.scheduler.retention.RetentionConfig;
import dev.orrery.scheduler.time.Ticker;
import dev.orrery.scheduler.worker.RenewalService;
import dev.orrery.scheduler.worker.SessionEndService;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Future;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
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
class SeatService implements HousekeepingSource, RunTracker.Listener {
  static final int MAX_THREADS = Math.min(500, WorkerSeat.threads(MessageLimits.MAX_CAPACITY));
  static final int MAX_SEATS = 4_000;
  static final int MAX_SEATS_OF_APP = 500;

  /** A worker sends a heartbeat each ten seconds; its seat goes with its session. */
  private static final Duration GONE = Duration.ofSeconds(60);

  /** A heartbeat of another replica is newer than the seat's own by more than clocks differ. */
  private static final long NEWER_NANOS = Duration.ofMillis(500).toNanos();

  private static final int ADOPTED_AT_ONCE = 100;
  private static final UUID NO_SESSION = new UUID(0, 0);

  private static final GroupCommit.Settings HEARTBEATS =
      new GroupCommit.Settings("heartbeats of PowerJob", 500, 5_000, 1);

  /** Polls that follow an end are joined for this long. */
  private static final long POLL_DELAY_MILLIS = 5;

  /** Without ticks, runs that a worker dropped wait. */
  private static final Duration MAX_TICK = Duration.ofSeconds(30);

  private static final long TICK_SECONDS = 1;
  private static final long REFRESH_SECONDS = 2;
  private static final long RETRY_MILLIS = 1_000;

  /** Each opening is a few statements, so apps take turns, and threads stay for other work. */
  private static final GroupCommit.Settings OPENINGS =
      new GroupCommit.Settings("workers of PowerJob", 20, 2 * MAX_SEATS, 2);

  private static final Logger LOG = Logger.getLogger(SeatService.class);

  private final PowerJobConfig config;
  private final OpenedAppService apps;
  private final SeatStore store;
  private final WorkerPush push;
  private final RunTracker runs;
  private final HandshakeService handshakes;
  private final RenewalService renewals;
  private final PollService polls;
  private final SessionEndService ends;
  private final JoinRefusal refusals;
  private final EngineExecutor executor;
  private final GroupCommit<Beat, Optional<Owned>> heartbeats;
  private final JobNumberCache jobs;
  private final Ticker ticker;
  private final UUID owner = UUID.randomUUID();
  private final Map<SeatStore.Key, WorkerSeat> seats = new ConcurrentHashMap<>();
  private final Set<SeatStore.Key> opening = ConcurrentHashMap.newKeySet();
  private final AppQuota places;
  private final GroupCommit<Opening, Boolean> openings;
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
      SessionEndService ends,
      JoinRefusal refusals,
      JobNumberCache jobs,
      EngineExecutor executor,
      CommitMetrics groups,
      HintBus hints,
      QuotaMetrics quotas,
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
    this.ends = ends;
    this.refusals = refusals;
    this.jobs = jobs;
    this.executor = executor;
    this.ticker = ticker;
    this.heartbeats =
        groups.watch(
            new GroupCommit<>(HEARTBEATS, executor, beat -> 1, Beat::worker, this::commit));
    this.openings = groups.watch(new GroupCommit<>(OPENINGS, executor, this::openEach));
    this.places = quotas.watch("powerjob_workers", new AppQuota(MAX_SEATS, MAX_SEATS_OF_APP));
    hints.listen(this::onHint);
    runs.listen(this);
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
      announce(app, address, key, heartbeat);
      return;
    }
    if (heartbeat.isIdle()) {
      runs.suspect(seat, ticker.nanos());
    }
    heard(seat, heartbeat.overload(), ticker.nanos());
  }

  private void heard(WorkerSeat seat, boolean overload, long nowNanos) {
    if (seat.heartbeat(overload, nowNanos)) {
      pollSoon(seat);
    }
    var unused =
        renewals
            .renew(
                seat.app().caller(),
                new RenewRequest(seat.session().toString(), seat.held(), seat.isDraining()))
            .whenComplete(
                (renewed, failure) -> {
                  if (isSessionGone(failure)) {
                    drop(seat);
                  } else if (failure == null) {
                    renewed.lost().forEach(attempt -> runs.abandon(seat, attempt));
                    cancel(seat, renewed.cancels());
                  }
                });
  }

  /** Of a worker without a seat here: takes it, unless another replica has it. */
  private void announce(
      OpenedApp app, WorkerAddress address, SeatStore.Key key, Heartbeat heartbeat) {
    if (stopping || !opening.add(key)) {
      return;
    }
    if (seats.containsKey(key)) {
      opening.remove(key);
      return;
    }
    Optional<QuotaPermit> place = places.hold(app.id(), 1);
    var unused =
        heartbeats
            .submit(app.id(), new Beat(key, heartbeat.overload(), place.isPresent()))
            .thenCompose(
                owned -> {
                  boolean isMine = owned.filter(found -> found.owner().equals(owner)).isPresent();
                  if (place.isEmpty() && (isMine || owned.isEmpty())) {
                    refusals.tooMany(app, address.host());
                  }
                  return isMine && place.isPresent()
                      ? openings.submit(
                          app.id(),
                          new Opening(
                              app, address, key, owned.get().session(), heartbeat, place.get()))
                      : CompletableFuture.completedFuture(false);
                })
            .whenComplete(
                (opened, failure) -> {
                  if (!Boolean.TRUE.equals(opened)) {
                    place.ifPresent(QuotaPermit::release);
                  }
                  opening.remove(key);
                  if (failure != null) {
                    logFailedOpening(key, failure);
                  }
                });
  }

  private static void logFailedOpening(SeatStore.Key key, Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof DatabaseException
        || cause instanceof ProblemException
        || cause instanceof RejectedExecutionException) {
      LOG.debugf(
          "Failed to open a session for a worker of PowerJob; retrying at its next heartbeat: worker=%s: %s",
          key, cause);
    } else {
      LOG.errorf(
          cause,
          "Failed to open a session for a worker of PowerJob; retrying at its next heartbeat: worker=%s",
          key);
    }
  }

  private List<Optional<Owned>> commit(List<Beat> beats) {
    Map<SeatStore.Key, Owned> owned = store.heard(beats, owner, NO_SESSION);
    return beats.stream().map(beat -> Optional.ofNullable(owned.get(beat.worker()))).toList();
  }

  /**
   * A worker that this replica has taken.
   *
   * @param session that its former owner opened, or {@link #NO_SESSION}
   * @param place among the seats of this replica
   */
  private record Opening(
      OpenedApp app,
      WorkerAddress address,
      SeatStore.Key key,
      UUID session,
      Heartbeat heartbeat,
      QuotaPermit place) {}

  private List<Boolean> openEach(List<Opening> group) {
    return group.stream().map(this::tryOpen).toList();
  }

  private boolean tryOpen(Opening opening) {
    try {
      if (!stopping) {
        open(opening);
      }
      return !stopping;
    } catch (RuntimeException e) {
      logFailedOpening(opening.key(), e);
      return false;
    }
  }

  /** Continues the session of a worker, or opens one; blocks. */
  private void open(Opening opening) {
    OpenedApp app = opening.app();
    WorkerAddress address = opening.address();
    Heartbeat heartbeat = opening.heartbeat();
    int threads = heartbeat.threads(MAX_THREADS);
    UUID session = opening.session();
    if (!session.equals(NO_SESSION) && store.isLive(session)) {
      adopt(app, address, session, threads, opening.place());
    } else {
      UUID opened = newSession(app, address, heartbeat);
      store.opened(opening.key(), owner, opened);
      serve(new WorkerSeat(app, address, opened, false, threads, ticker.nanos(), opening.place()));
    }
    heartbeat(app, address, heartbeat);
  }

  /** Continues a session with what its worker has; blocks. */
  private void adopt(
      OpenedApp app, WorkerAddress address, UUID session, int threads, QuotaPermit place) {
    WorkerSeat seat = new WorkerSeat(app, address, session, true, threads, ticker.nanos(), place);
    List<SeatStore.Running> running = store.running(session);
    LOG.infof(
        "Adopted a worker of PowerJob; asking it for its runs: app=%s worker=%s runs=%d",
        app.app(), address, running.size());
    running.forEach(run -> runs.adopt(seat, run.attempt(), run.wireId()));
    serve(seat);
  }

  private void serve(WorkerSeat seat) {
    WorkerSeat before = seats.put(seat.key(), seat);
    if (before != null) {
      before.close();
      before.place().release();
    }
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
            WorkerSeat.capacity(heartbeat.threads(MAX_THREADS)));
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
    WorkerSeat.Poll next = seat.nextPoll(ticker.nanos());
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
    cancel(seat, response.cancels());
  }

  private void cancel(WorkerSeat seat, Collection<AttemptRef> attempts) {
    attempts.forEach(attempt -> seat.find(attempt).ifPresent(run -> runs.cancel(seat, run)));
  }

  /** Gives the attempts their numbers, and pushes them; blocks for the numbers only. */
  private void send(WorkerSeat seat, List<Assignment> assignments) {
    try {
      List<AttemptRef> later =
          assignments.stream().map(Assignment::ref).filter(ref -> ref.attempt() > 1).toList();
      Map<AttemptRef, Long> numbers = later.isEmpty() ? Map.of() : store.number(later);
      Map<String, Long> jobNumbers =
          jobs.of(seat.app().id(), assignments.stream().map(Assignment::job).toList());
      List<Sending> sendings = new ArrayList<>();
      for (Assignment assignment : assignments) {
        AttemptRef ref = assignment.ref();
        sendings.add(
            new Sending(
                assignment,
                ref.attempt() == 1 ? ref.instance() : numbers.get(ref),
                jobNumbers.getOrDefault(assignment.job(), 0L)));
      }
      if (seat.isUnsettled(ticker.nanos())) {
        sendUnlessSent(seat, sendings);
      } else {
        push(seat, sendings);
      }
    } catch (DatabaseException e) {
      LOG.debugf(
          "Failed to store the numbers of attempts for PowerJob; they are delivered again: %s", e);
      pollIn(seat, RETRY_MILLIS);
    }
  }

  private record Sending(Assignment assignment, long wireId, long job) {}

  /**
   * The former owner of the worker may have sent these runs, and a worker forgets a run that it has
   * ended: so it is asked first, and the engine after it.
   */
  private void sendUnlessSent(WorkerSeat seat, List<Sending> sendings) {
    List<Future<Boolean>> asked =
        sendings.stream().map(run -> push.knows(seat.address(), run.wireId())).toList();
    Future.join(asked)
        .onComplete(all -> executor.executeUnlessStopped(() -> sendUnknown(seat, sendings, asked)));
  }

  private void sendUnknown(WorkerSeat seat, List<Sending> sendings, List<Future<Boolean>> asked) {
    try {
      Set<Long> running = new HashSet<>();
      store.running(seat.session()).forEach(run -> running.add(run.wireId()));
      List<Sending> unknown = new ArrayList<>();
      for (int i = 0; i < sendings.size(); i++) {
        Sending run = sendings.get(i);
        if (asked.get(i).failed() || asked.get(i).result()) {
          runs.adopt(seat, run.assignment().ref(), run.wireId());
        } else if (running.contains(run.wireId())) {
          unknown.add(run);
        }
      }
      push(seat, unknown);
    } catch (DatabaseException e) {
      LOG.debugf(
          "Failed to read the runs of a worker of PowerJob; they are delivered again: %s", e);
      pollIn(seat, RETRY_MILLIS);
    }
  }

  private void push(WorkerSeat seat, List<Sending> sendings) {
    for (Sending sending : sendings) {
      runs.hold(seat, sending.assignment().ref(), sending.wireId())
          .ifPresent(run -> push(seat, run, sending.assignment(), sending.job()));
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
                  seat.change(() -> run.pushed(ticker.nanos()));
                  if (sent.succeeded()) {
                    runs.reached(seat);
                  } else {
                    LOG.debugf(
                        "Failed to send a run to a worker of PowerJob; handing it back, or asking the worker whether it has the run: %s",
                        sent.cause().getMessage());
                    if (WorkerPush.isConnectionFailure(sent.cause())) {
                      runs.unreachable(seat, sent.cause());
                      runs.undelivered(seat, run);
                    }
                  }
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
        processor.option(ProcessorSpec.PowerJob.LOG_CONFIG));
  }

  /** Each second: drops seats that are over, and checks the runs of the others. */
  void tick() {
    try {
      long now = ticker.nanos();
      runs.forgetEnded(now);
      seats.values().forEach(seat -> tick(seat, now));
      ticks.incrementAndGet();
    } catch (RuntimeException e) {
      LOG.errorf(e, "Failed to check runs of workers of PowerJob; retrying in 1 s");
    }
  }

  private void tick(WorkerSeat seat, long now) {
    boolean isClosed = apps.find(seat.app().id()).isEmpty();
    if (now - seat.heardNanos() > GONE.toNanos()) {
      drop(seat);
      return;
    }
    if (seat.drain(isClosed) || seat.becomesSilent(now) || seat.rise(now)) {
      pollSoon(seat);
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
    pollSoon(seat);
  }

  @Override
  public void onRestarted(WorkerSeat seat, List<AttemptRef> neverStarted) {
    LOG.infof(
        "Worker of PowerJob was started again; ending its session, so that its runs are lost: app=%s worker=%s",
        seat.app().app(), seat.address());
    leave(seat, neverStarted);
  }

  /** Ends the session. The next heartbeat of the worker opens another one, if its app is open. */
  private void leave(WorkerSeat seat, List<AttemptRef> handedBack) {
    drop(seat);
    var unused =
        ends.bye(seat.app().caller(), new ByeRequest(seat.session().toString(), handedBack))
            .exceptionally(
                failure -> {
                  LOG.debugf(
                      "Failed to end the session of a worker of PowerJob; it ends with its lease: app=%s worker=%s: %s",
                      seat.app().app(), seat.address(), failure);
                  return null;
                });
  }

  private void onHint(Hint hint) {
    if (hint instanceof Hint.AttemptReported reported) {
      seats.values().stream()
          .filter(seat -> seat.session().equals(reported.session()))
          .forEach(seat -> runs.endedElsewhere(seat, reported.attempt()));
    } else if (hint instanceof Hint.SessionEnded ended) {
      seats.values().stream()
          .filter(seat -> seat.session().equals(ended.session()))
          .forEach(this::drop);
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
            keep(List.copyOf(seats.keySet()));
            adoptAbandoned();
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

  private void keep(Collection<SeatStore.Key> mine) {
    if (mine.isEmpty()) {
      return;
    }
    Map<SeatStore.Key, Kept> kept = new HashMap<>();
    store.keep(mine, owner).forEach(worker -> kept.put(worker.worker(), worker));
    long now = ticker.nanos();
    for (SeatStore.Key key : mine) {
      WorkerSeat seat = seats.get(key);
      Kept worker = kept.get(key);
      if (worker == null) {
        drop(seat);
      } else if (seat != null) {
        long heard = now - worker.silent().toNanos();
        if (heard - seat.heardNanos() > NEWER_NANOS) {
          heard(seat, worker.overload(), heard);
        }
      }
    }
  }

  private void adoptAbandoned() {
    int room = Math.min(ADOPTED_AT_ONCE, MAX_SEATS - seats.size());
    if (stopping || room <= 0) {
      return;
    }
    for (SeatStore.Adopted worker : store.adopt(owner, room)) {
      SeatStore.Key key = worker.worker();
      OpenedApp app =
          apps.find(key.app()).orElseGet(() -> new OpenedApp(key.app(), worker.app(), ""));
      Optional<QuotaPermit> place = places.hold(key.app(), 1);
      Optional<WorkerAddress> address = WorkerAddress.parse(key.address());
      if (place.isPresent() && address.isPresent()) {
        adopt(
            app,
            address.get(),
            worker.session(),
            WorkerSeat.threads(worker.capacity()),
            place.get());
      } else {
        place.ifPresent(QuotaPermit::release);
      }
    }
  }

  /** The engine or another replica takes what the seat held. */
  private void drop(WorkerSeat seat) {
    if (seat != null) {
      seat.close();
      seats.remove(seat.key(), seat);
      seat.place().release();
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
