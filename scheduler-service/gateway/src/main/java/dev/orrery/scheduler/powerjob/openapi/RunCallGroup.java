package dev.orrery.scheduler.powerjob.openapi;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.ProcessorSpec;
import dev.orrery.scheduler.base.cache.ReadThroughCache;
import dev.orrery.scheduler.base.housekeeping.HousekeepingChore;
import dev.orrery.scheduler.base.housekeeping.HousekeepingChore.Schedule;
import dev.orrery.scheduler.base.housekeeping.HousekeepingSource;
import dev.orrery.scheduler.base.housekeeping.RetentionConfig;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.base.time.Ticker;
import dev.orrery.scheduler.engine.command.InstanceCommandService;
import dev.orrery.scheduler.engine.submission.SubmissionReader;
import dev.orrery.scheduler.engine.submission.SubmissionService;
import dev.orrery.scheduler.powerjob.app.OpenedApp;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/** Runs jobs for PowerJob clients, and reads, stops and retries their runs. */
@ApplicationScoped
class RunCallGroup implements ClientCallGroup, HousekeepingSource {
  /** A client that runs a job often costs a read of its name in each of these times. */
  private static final Duration NAMES_KEPT = Duration.ofSeconds(1);

  private static final int MAX_NAMES = 10_000;
  private static final String INSTANCE_ID = "instanceId";

  private final SubmissionService submissions;
  private final SubmissionReader reader;
  private final InstanceCommandService commands;
  private final ClientRunStore store;
  private final InstantSource clock;
  private final ObjectMapper json;
  private final ReadThroughCache<JobNumber, String> names;

  RunCallGroup(
      SubmissionService submissions,
      SubmissionReader reader,
      InstanceCommandService commands,
      ClientRunStore store,
      InstantSource clock,
      Ticker ticker,
      ObjectMapper json) {
    this.submissions = submissions;
    this.reader = reader;
    this.commands = commands;
    this.store = store;
    this.clock = clock;
    this.json = json;
    this.names = new ReadThroughCache<>(NAMES_KEPT, MAX_NAMES, ticker);
  }

  private record JobNumber(int app, long number) {}

  @Override
  public Map<String, ClientCall> calls() {
    return Map.of(
        "runJob", this::run,
        "fetchInstanceStatus", this::status,
        "fetchInstanceInfo", this::info,
        "stopInstance", this::stop,
        "cancelInstance", this::cancel,
        "retryInstance", this::retry);
  }

  @Override
  public List<HousekeepingChore> chores(RetentionConfig retention) {
    return List.of(
        new HousekeepingChore(
            "retries by PowerJob clients",
            Schedule.HOURLY,
            () -> store.prune(retention.history())));
  }

  /** Completes with the id when the run is committed. */
  private CompletionStage<Long> run(OpenedApp app, ClientParameters parameters) {
    long job = parameters.id("jobId");
    String name =
        names.get(
            new JobNumber(app.id(), job),
            key -> store.jobName(key.app(), key.number()).orElse(null));
    if (name == null) {
      throw RefusedCallException.illegal("can't find job by jobId: " + job);
    }
    ObjectNode body = json.createObjectNode();
    parameters
        .text(ProcessorSpec.PowerJob.INSTANCE_PARAMS)
        .ifPresent(
            text -> body.putObject("parameters").put(ProcessorSpec.PowerJob.INSTANCE_PARAMS, text));
    parameters
        .number("delay")
        .filter(delay -> delay > 0)
        .ifPresent(delay -> body.put("runAt", clock.instant().plusMillis(delay).toString()));
    return submissions
        .submit(reader.single(app.id(), name, body, null))
        .thenApply(ids -> ids.get(0));
  }

  private Object status(OpenedApp app, ClientParameters parameters) {
    return status(find(app, parameters));
  }

  static Object status(ClientRun run) {
    return RunStatusRule.status(run.state(), run.attempt()).code();
  }

  private Object info(OpenedApp app, ClientParameters parameters) {
    return InstanceInfoPayload.of(find(app, parameters));
  }

  private Object stop(OpenedApp app, ClientParameters parameters) {
    ClientRun run = find(app, parameters);
    try {
      commands.cancel(app.client(), run.id(), false);
      return null;
    } catch (ProblemException e) {
      throw is(e, ErrorCode.ALREADY_TERMINAL)
          ? RefusedCallException.illegal("can't stop finished instance!")
          : e;
    }
  }

  private Object cancel(OpenedApp app, ClientParameters parameters) {
    ClientRun run = find(app, parameters);
    if (!commands.cancelUnstarted(app.client(), run.id())) {
      throw RefusedCallException.because("instance already up and running");
    }
    return null;
  }

  /** Makes a new run, and lets the number of the old one mean it, in one transaction. */
  private Object retry(OpenedApp app, ClientParameters parameters) {
    ClientRun run = find(app, parameters);
    try {
      commands.retry(
          app.client(),
          run.id(),
          (connection, retry) -> {
            if (!ClientRunStore.retried(connection, run, retry)) {
              throw notEnded();
            }
          });
      return null;
    } catch (ProblemException e) {
      if (is(e, ErrorCode.NOT_TERMINAL)) {
        throw notEnded();
      }
      if (is(e, ErrorCode.JOB_NOT_FOUND)) {
        throw RefusedCallException.because("can't find job info by jobId: " + run.jobNumber());
      }
      throw e;
    }
  }

  private static RefusedCallException notEnded() {
    return RefusedCallException.because("Only stopped instance can be retry!");
  }

  private static boolean is(ProblemException problem, ErrorCode code) {
    return problem.problem().code() == code;
  }

  private ClientRun find(OpenedApp app, ClientParameters parameters) {
    long number = parameters.id(INSTANCE_ID);
    return store
        .find(number)
        .filter(run -> run.appId() == app.id())
        .orElseThrow(() -> RefusedCallException.illegal("invalid instanceId: " + number));
  }
}
