package dev.orrery.scheduler.powerjob;

import dev.orrery.powerjob.RunRequest;
import dev.orrery.protocol.ProcessorSpec;
import dev.orrery.protocol.Protocol;
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

/** Polls for seats, and sends what they get to their workers. */
@Singleton
class SeatPoller {
  /** Polls that follow an end are joined for this long. */
  private static final long POLL_DELAY_MILLIS = 5;

  private static final long RETRY_MILLIS = 1_000;
  private static final Logger LOG = Logger.getLogger(SeatPoller.class);

  private final SeatRegistry seats;
  private final SeatTimer timer;
  private final PollService polls;
  private final RunTracker runs;
  private final WorkerPush push;
  private final SeatStore store;
  private final WireIdService wireIds;
  private final JobNumberCache jobs;
  private final EngineExecutor executor;
  private final Ticker ticker;

  SeatPoller(
      SeatRegistry seats,
      SeatTimer timer,
      PollService polls,
      RunTracker runs,
      WorkerPush push,
      SeatStore store,
      WireIdService wireIds,
      JobNumberCache jobs,
      EngineExecutor executor,
      Ticker ticker) {
    this.seats = seats;
    this.timer = timer;
    this.polls = polls;
    this.runs = runs;
    this.push = push;
    this.store = store;
    this.wireIds = wireIds;
    this.jobs = jobs;
    this.executor = executor;
    this.ticker = ticker;
  }

  void pollSoon(WorkerSeat seat) {
    pollIn(seat, POLL_DELAY_MILLIS);
  }

  private void pollIn(WorkerSeat seat, long millis) {
    if (!seats.isStopping() && !seat.isClosed() && seat.requestPoll()) {
      timer.after(millis, () -> poll(seat));
    }
  }

  void poll(WorkerSeat seat) {
    if (seats.isStopping() || seat.isClosed()) {
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
        // No poll of the worker is parked until then.
        pollIn(seat, 0);
      }
    } else if (!seats.dropIfSessionGone(seat, failure) && seat.isLatest(poll.sequence())) {
      pollIn(seat, RETRY_MILLIS);
    }
  }

  private void take(WorkerSeat seat, PollResponse response) {
    List<Assignment> fresh =
        response.attempts().stream().filter(assignment -> seat.take(assignment.ref())).toList();
    if (!fresh.isEmpty()) {
      executor.executeUnlessStopped(() -> send(seat, fresh));
    }
    runs.cancel(seat, response.cancels());
  }

  /** Gives the attempts their numbers, and pushes them; blocks for the numbers only. */
  private void send(WorkerSeat seat, List<Assignment> assignments) {
    try {
      Set<AttemptRef> unsent = wireIds.announce(assignments.stream().map(Assignment::ref).toList());
      Map<String, Long> jobNumbers =
          jobs.of(seat.app().id(), assignments.stream().map(Assignment::job).toList());
      List<Sending> sendings =
          assignments.stream()
              .map(
                  assignment ->
                      new Sending(
                          assignment,
                          wireIds.of(assignment.ref()),
                          jobNumbers.getOrDefault(assignment.job(), 0L)))
              .toList();
      if (seat.isUnsettled(ticker.nanos())) {
        sendUnlessSent(seat, sendings, unsent);
      } else {
        push(seat, sendings);
      }
    } catch (DatabaseException e) {
      LOG.debugf(
          "Failed to store the attempt numbers of PowerJob runs; delivering the runs again: %s", e);
      assignments.forEach(assignment -> seat.letGo(assignment.ref()));
      pollIn(seat, RETRY_MILLIS);
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
  private void sendUnlessSent(WorkerSeat seat, List<Sending> sendings, Set<AttemptRef> unsent) {
    push(seat, sendings.stream().filter(run -> unsent.contains(run.attempt())).toList());
    List<Sending> doubtful =
        sendings.stream().filter(run -> !unsent.contains(run.attempt())).toList();
    List<Future<Boolean>> asked =
        doubtful.stream().map(run -> push.knows(seat.address(), run.wireId())).toList();
    Future.join(asked)
        .onComplete(all -> executor.executeUnlessStopped(() -> sendUnknown(seat, doubtful, asked)));
  }

  private void sendUnknown(WorkerSeat seat, List<Sending> sendings, List<Future<Boolean>> asked) {
    try {
      Map<AttemptRef, SeatStore.Running> running =
          store.running(seat.session()).stream()
              .collect(Collectors.toMap(SeatStore.Running::attempt, Function.identity()));
      List<Sending> unknown = new ArrayList<>();
      for (int i = 0; i < sendings.size(); i++) {
        Sending run = sendings.get(i);
        SeatStore.Running row = running.get(run.attempt());
        if (row == null) {
          seat.letGo(run.attempt());
        } else if (asked.get(i).succeeded() && !asked.get(i).result() && isFresh(row)) {
          unknown.add(run);
        } else {
          var unused = runs.adopt(seat, row, run.wireId());
        }
      }
      push(seat, unknown);
      pollSoon(seat);
    } catch (DatabaseException e) {
      LOG.debugf("Failed to read the runs of a PowerJob worker; delivering them again: %s", e);
      sendings.forEach(sending -> seat.letGo(sending.attempt()));
      pollIn(seat, RETRY_MILLIS);
    }
  }

  /** A worker that got the run since its claim would still have it, or report its end. */
  private static boolean isFresh(SeatStore.Running run) {
    return run.age().compareTo(WorkerSeat.SETTLED) < 0;
  }

  private void push(WorkerSeat seat, List<Sending> sendings) {
    for (Sending sending : sendings) {
      runs.hold(seat, sending.attempt(), sending.wireId(), sending.assignment().timeoutMillis())
          .ifPresent(run -> push(seat, run, sending.assignment(), sending.job()));
    }
  }

  private void push(WorkerSeat seat, WorkerRun run, Assignment assignment, long job) {
    if (!(assignment.processor() instanceof ProcessorSpec.PowerJob processor)) {
      var unused =
          runs.end(seat, run, Outcome.FAILED, null, "The job is not a PowerJob job.", null);
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
                        "Failed to send a run to a PowerJob worker; handing it back, or asking the worker whether it has the run: %s",
                        sent.cause().getMessage());
                    runs.failedToSend(seat, run, sent.cause());
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
}
