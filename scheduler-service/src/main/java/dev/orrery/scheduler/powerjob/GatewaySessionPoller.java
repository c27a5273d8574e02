package dev.orrery.scheduler.powerjob;

import dev.orrery.protocol.ProcessorSpec;
import dev.orrery.protocol.message.Assignment;
import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.protocol.message.AttemptReport.Outcome;
import dev.orrery.protocol.message.PollRequest;
import dev.orrery.protocol.message.PollResponse;
import dev.orrery.scheduler.base.database.DatabaseException;
import dev.orrery.scheduler.base.database.EngineExecutor;
import dev.orrery.scheduler.base.time.Ticker;
import dev.orrery.scheduler.engine.dispatch.PollService;
import dev.orrery.scheduler.powerjob.wire.WireIdService;
import io.vertx.core.Future;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/** Polls for gateway sessions, and pushes the attempts that they get to their workers. */
@Singleton
class GatewaySessionPoller {
  /** Polls that follow an end are joined for this long. */
  private static final long POLL_DELAY_MILLIS = 5;

  private static final long RETRY_MILLIS = 1_000;
  private static final Logger LOG = Logger.getLogger(GatewaySessionPoller.class);

  private final GatewaySessionRegistry gatewaySessions;
  private final GatewaySessionTimer timer;
  private final PollService polls;
  private final RunTracker runs;
  private final GatewaySessionStore store;
  private final WireIdService wireIds;
  private final JobNumberCache jobs;
  private final RunRequestFactory requests;
  private final WorkerDirectory directory;
  private final EngineExecutor executor;
  private final Ticker ticker;

  GatewaySessionPoller(
      GatewaySessionRegistry gatewaySessions,
      GatewaySessionTimer timer,
      PollService polls,
      RunTracker runs,
      GatewaySessionStore store,
      WireIdService wireIds,
      JobNumberCache jobs,
      RunRequestFactory requests,
      WorkerDirectory directory,
      EngineExecutor executor,
      Ticker ticker) {
    this.gatewaySessions = gatewaySessions;
    this.timer = timer;
    this.polls = polls;
    this.runs = runs;
    this.store = store;
    this.wireIds = wireIds;
    this.jobs = jobs;
    this.requests = requests;
    this.directory = directory;
    this.executor = executor;
    this.ticker = ticker;
  }

  void pollSoon(GatewaySession gatewaySession) {
    pollIn(gatewaySession, POLL_DELAY_MILLIS);
  }

  private void pollIn(GatewaySession gatewaySession, long millis) {
    if (!gatewaySessions.isStopping()
        && !gatewaySession.isClosed()
        && gatewaySession.requestPoll()) {
      timer.after(millis, () -> poll(gatewaySession));
    }
  }

  void poll(GatewaySession gatewaySession) {
    if (gatewaySessions.isStopping() || gatewaySession.isClosed()) {
      return;
    }
    GatewaySession.Poll next = gatewaySession.nextPoll(ticker.nanos());
    boolean mayTakeRuns = gatewaySession.kind() == TrackerKind.LIGHT || directory.isComplete();
    var unused =
        polls
            .pollWithoutRenewal(
                gatewaySession.app().caller(),
                new PollRequest(
                    gatewaySession.id().toString(),
                    next.sequence(),
                    mayTakeRuns ? next.free() : 0,
                    next.held(),
                    0,
                    false),
                gatewaySession.channel().protocol())
            .whenComplete((response, failure) -> polled(gatewaySession, next, response, failure));
  }

  private void polled(
      GatewaySession gatewaySession,
      GatewaySession.Poll poll,
      PollResponse response,
      Throwable failure) {
    if (failure == null) {
      take(gatewaySession, response);
      if (gatewaySession.isLatest(poll.sequence())) {
        // No poll of the worker is parked until then.
        pollIn(gatewaySession, 0);
      }
    } else if (!gatewaySessions.dropIfSessionGone(gatewaySession, failure)
        && gatewaySession.isLatest(poll.sequence())) {
      pollIn(gatewaySession, RETRY_MILLIS);
    }
  }

  private void take(GatewaySession gatewaySession, PollResponse response) {
    List<Assignment> fresh =
        response.attempts().stream()
            .filter(assignment -> gatewaySession.take(assignment.ref()))
            .toList();
    if (!fresh.isEmpty()) {
      executor.executeUnlessStopped(() -> send(gatewaySession, fresh));
    }
    runs.cancel(gatewaySession, response.cancels());
  }

  /** Gives the attempts their numbers, and pushes them; blocks for the numbers only. */
  private void send(GatewaySession gatewaySession, List<Assignment> assignments) {
    try {
      Set<AttemptRef> unsent = wireIds.announce(assignments.stream().map(Assignment::ref).toList());
      Map<String, Long> jobNumbers =
          jobs.of(gatewaySession.app().id(), assignments.stream().map(Assignment::job).toList());
      List<Sending> sendings =
          assignments.stream()
              .map(
                  assignment ->
                      new Sending(
                          assignment,
                          wireIds.of(assignment.ref()),
                          jobNumbers.getOrDefault(assignment.job(), 0L)))
              .toList();
      if (gatewaySession.isUnsettled(ticker.nanos())) {
        sendUnlessSent(gatewaySession, sendings, unsent);
      } else {
        push(gatewaySession, sendings);
      }
    } catch (DatabaseException e) {
      LOG.debugf(
          "Failed to store the attempt numbers of PowerJob runs; delivering the runs again: %s", e);
      assignments.forEach(assignment -> gatewaySession.letGo(assignment.ref()));
      pollIn(gatewaySession, RETRY_MILLIS);
    }
  }

  private record Sending(Assignment assignment, long wireId, long job) {
    AttemptRef attempt() {
      return assignment.ref();
    }
  }

  /**
   * The former owner of the worker may have sent these runs, and a worker forgets a run that it has
   * ended: so it is asked first, and the engine after it.
   *
   * @param unsent attempts that nobody has sent
   */
  private void sendUnlessSent(
      GatewaySession gatewaySession, List<Sending> sendings, Set<AttemptRef> unsent) {
    push(gatewaySession, sendings.stream().filter(run -> unsent.contains(run.attempt())).toList());
    List<Sending> doubtful =
        sendings.stream().filter(run -> !unsent.contains(run.attempt())).toList();
    List<Future<Boolean>> asked =
        doubtful.stream().map(run -> gatewaySession.channel().knows(run.wireId())).toList();
    Future.join(asked)
        .onComplete(
            all ->
                executor.executeUnlessStopped(() -> sendUnknown(gatewaySession, doubtful, asked)));
  }

  private void sendUnknown(
      GatewaySession gatewaySession, List<Sending> sendings, List<Future<Boolean>> asked) {
    try {
      Map<AttemptRef, GatewaySessionStore.Running> running =
          store.running(gatewaySession.id()).stream()
              .collect(Collectors.toMap(GatewaySessionStore.Running::attempt, Function.identity()));
      List<Sending> unknown = new ArrayList<>();
      for (int i = 0; i < sendings.size(); i++) {
        Sending run = sendings.get(i);
        GatewaySessionStore.Running row = running.get(run.attempt());
        if (row == null) {
          gatewaySession.letGo(run.attempt());
        } else if (asked.get(i).succeeded() && !asked.get(i).result() && isFresh(row)) {
          unknown.add(run);
        } else {
          var unused = runs.adopt(gatewaySession, row, run.wireId());
        }
      }
      push(gatewaySession, unknown);
      pollSoon(gatewaySession);
    } catch (DatabaseException e) {
      LOG.debugf(
          "Failed to read the runs of a PowerJob worker; delivering them again: worker=%s: %s",
          gatewaySession.address(), e);
      sendings.forEach(sending -> gatewaySession.letGo(sending.attempt()));
      pollIn(gatewaySession, RETRY_MILLIS);
    }
  }

  /** A worker that got the run since its claim would still have it, or report its end. */
  private static boolean isFresh(GatewaySessionStore.Running run) {
    return run.age().compareTo(PowerJobLimits.ADOPTION_TIME) < 0;
  }

  private void push(GatewaySession gatewaySession, List<Sending> sendings) {
    for (Sending sending : sendings) {
      runs.hold(
              gatewaySession,
              sending.attempt(),
              sending.wireId(),
              sending.assignment().job(),
              sending.assignment().timeoutMillis())
          .ifPresent(run -> push(gatewaySession, run, sending.assignment(), sending.job()));
    }
  }

  private void push(GatewaySession gatewaySession, WorkerRun run, Assignment assignment, long job) {
    if (!(assignment.processor() instanceof ProcessorSpec.PowerJob processor)) {
      fail(gatewaySession, run, "The job is not a PowerJob job.");
      return;
    }
    var unused =
        gatewaySession
            .channel()
            .run(requests.request(gatewaySession, run, assignment, processor, job))
            .onComplete(
                sent -> {
                  boolean isRead = sent.succeeded() && gatewaySession.channel().keepsOrder();
                  gatewaySession.change(() -> run.pushed(isRead, ticker.nanos()));
                  if (sent.succeeded()) {
                    runs.reached(gatewaySession);
                  } else if (sent.cause() instanceof WorkerTransport.UnfitException) {
                    fail(
                        gatewaySession,
                        run,
                        "The run was not sent: " + sent.cause().getMessage() + ".");
                  } else {
                    LOG.debugf(
                        "Failed to send a run to a PowerJob worker; %s: worker=%s run=%s: %s",
                        sent.cause() instanceof WorkerTransport.UnsentException
                            ? "handing it back"
                            : "asking the worker whether it has the run",
                        gatewaySession.channel(),
                        assignment.ref(),
                        sent.cause().getMessage());
                    runs.failedToSend(gatewaySession, run, sent.cause());
                  }
                });
  }

  private void fail(GatewaySession gatewaySession, WorkerRun run, String error) {
    var unused = runs.end(gatewaySession, run, Outcome.FAILED, null, error, null);
  }
}
