package dev.orrery.scheduler.powerjob;

import dev.orrery.protocol.ProcessorSpec;
import dev.orrery.protocol.message.Assignment;
import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.protocol.message.AttemptReport.Outcome;
import dev.orrery.scheduler.base.database.DatabaseException;
import dev.orrery.scheduler.base.database.EngineExecutor;
import dev.orrery.scheduler.base.time.Ticker;
import dev.orrery.scheduler.powerjob.wire.WireIdService;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/** Pushes the attempts that gateway sessions get to their workers. */
@Singleton
class RunPusher {
  private static final long RETRY_MILLIS = 1_000;
  private static final Logger LOG = Logger.getLogger(RunPusher.class);

  private final GatewayLoop loop;
  private final RunTracker runs;
  private final GatewaySessionStore store;
  private final WireIdService wireIds;
  private final JobNumberCache jobs;
  private final RunRequestFactory requests;
  private final EngineExecutor executor;
  private final Ticker ticker;

  RunPusher(
      GatewayLoop loop,
      RunTracker runs,
      GatewaySessionStore store,
      WireIdService wireIds,
      JobNumberCache jobs,
      RunRequestFactory requests,
      EngineExecutor executor,
      Ticker ticker) {
    this.loop = loop;
    this.runs = runs;
    this.store = store;
    this.wireIds = wireIds;
    this.jobs = jobs;
    this.requests = requests;
    this.executor = executor;
    this.ticker = ticker;
  }

  private record Sending(Assignment assignment, long wireId, long job) {
    AttemptRef attempt() {
      return assignment.ref();
    }
  }

  /**
   * Attempts with their numbers.
   *
   * @param unsent the attempts that no replica has sent yet
   */
  private record Numbered(List<Sending> sendings, Set<AttemptRef> unsent) {}

  /** Pushes attempts that the gateway session has taken. */
  void push(GatewaySession gatewaySession, List<Assignment> taken) {
    fetch(
        gatewaySession,
        taken,
        () -> number(gatewaySession, taken),
        numbered -> {
          if (gatewaySession.isUnsettled(ticker.nanos())) {
            sendUnlessSent(gatewaySession, numbered);
          } else {
            send(gatewaySession, numbered.sendings());
          }
        });
  }

  /**
   * Passes what is read on a thread of the engine to the handler on the loop. If the read fails,
   * the engine delivers the attempts again.
   *
   * @param read blocks
   */
  private <T> void fetch(
      GatewaySession gatewaySession,
      List<Assignment> assignments,
      Supplier<T> read,
      Consumer<T> handler) {
    var unused =
        loop.handle(
            CompletableFuture.supplyAsync(read, executor::executeUnlessStopped),
            (value, failure) -> {
              if (failure == null) {
                handler.accept(value);
              } else {
                LOG.logf(
                    failure instanceof DatabaseException ? Logger.Level.DEBUG : Logger.Level.ERROR,
                    failure,
                    "Failed to read the numbers of PowerJob runs; delivering the runs again in 1 s");
                assignments.forEach(assignment -> gatewaySession.letGo(assignment.ref()));
                loop.after(RETRY_MILLIS, () -> runs.roomChanged(gatewaySession));
              }
            });
  }

  private Numbered number(GatewaySession gatewaySession, List<Assignment> assignments) {
    Set<AttemptRef> unsent = wireIds.announce(assignments.stream().map(Assignment::ref).toList());
    Map<String, Long> jobNumbers =
        jobs.of(gatewaySession.app().id(), assignments.stream().map(Assignment::job).toList());
    return new Numbered(
        assignments.stream()
            .map(
                assignment ->
                    new Sending(
                        assignment,
                        wireIds.of(assignment.ref()),
                        jobNumbers.getOrDefault(assignment.job(), 0L)))
            .toList(),
        unsent);
  }

  /**
   * The former owner of the worker may have sent these runs, and a worker forgets a run that it has
   * ended: so it is asked first, and the engine after it.
   */
  private void sendUnlessSent(GatewaySession gatewaySession, Numbered numbered) {
    Map<Boolean, List<Sending>> byUnsent =
        numbered.sendings().stream()
            .collect(Collectors.partitioningBy(run -> numbered.unsent().contains(run.attempt())));
    send(gatewaySession, byUnsent.get(true));
    List<Sending> doubtful = byUnsent.get(false);
    List<Future<Boolean>> asked =
        doubtful.stream().map(run -> gatewaySession.channel().knows(run.wireId())).toList();
    loop.handle(
        Future.join(asked),
        all ->
            fetch(
                gatewaySession,
                doubtful.stream().map(Sending::assignment).toList(),
                () -> store.running(gatewaySession.id()),
                running -> sendUnknown(gatewaySession, doubtful, asked, running)));
  }

  private void sendUnknown(
      GatewaySession gatewaySession,
      List<Sending> sendings,
      List<Future<Boolean>> asked,
      List<GatewaySessionStore.Running> rows) {
    Map<AttemptRef, GatewaySessionStore.Running> running =
        rows.stream()
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
    send(gatewaySession, unknown);
    runs.roomChanged(gatewaySession);
  }

  /** A worker that got the run since its claim would still have it, or report its end. */
  private static boolean isFresh(GatewaySessionStore.Running run) {
    return run.age().compareTo(PowerJobLimits.ADOPTION_TIME) < 0;
  }

  /** Holds the runs before anything of them leaves, and writes their messages off the loop. */
  private void send(GatewaySession gatewaySession, List<Sending> sendings) {
    Map<WorkerRun, Sending> held = new LinkedHashMap<>();
    for (Sending sending : sendings) {
      Assignment assignment = sending.assignment();
      runs.hold(
              gatewaySession,
              sending.attempt(),
              sending.wireId(),
              assignment.job(),
              assignment.timeoutMillis())
          .ifPresent(run -> held.put(run, sending));
    }
    if (!held.isEmpty()) {
      executor.executeUnlessStopped(
          () -> held.forEach((run, sending) -> send(gatewaySession, run, sending)));
    }
  }

  private void send(GatewaySession gatewaySession, WorkerRun run, Sending sending) {
    Assignment assignment = sending.assignment();
    if (assignment.processor() instanceof ProcessorSpec.PowerJob processor) {
      loop.handle(
          Future.succeededFuture()
              .compose(
                  ready ->
                      gatewaySession
                          .channel()
                          .run(
                              requests.request(
                                  gatewaySession, run, assignment, processor, sending.job()))),
          sent -> sent(gatewaySession, run, sent));
    } else {
      fail(gatewaySession, run, "The job is not a PowerJob job.");
    }
  }

  private void sent(GatewaySession gatewaySession, WorkerRun run, AsyncResult<Void> sent) {
    run.pushed(sent.succeeded() && gatewaySession.channel().isRead(), ticker.nanos());
    if (sent.succeeded()) {
      runs.reached(gatewaySession);
    } else if (sent.cause() instanceof WorkerTransport.UnfitException) {
      fail(gatewaySession, run, "The run was not sent: " + sent.cause().getMessage() + ".");
    } else {
      LOG.debugf(
          "Failed to send a run to a PowerJob worker; %s: worker=%s run=%s: %s",
          sent.cause() instanceof WorkerTransport.UnsentException
              ? "handing it back"
              : "asking the worker whether it has the run",
          gatewaySession.channel(),
          run.attempt(),
          sent.cause().getMessage());
      runs.failedToSend(gatewaySession, run, sent.cause());
    }
  }

  private void fail(GatewaySession gatewaySession, WorkerRun run, String error) {
    var unused = runs.end(gatewaySession, run, Outcome.FAILED, null, error, null);
  }
}
