package dev.orrery.scheduler.powerjob;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.powerjob.AskAnswer;
import dev.orrery.powerjob.ClusterQuery;
import dev.orrery.powerjob.Heartbeat;
import dev.orrery.powerjob.InstanceReport;
import dev.orrery.powerjob.LogReport;
import dev.orrery.powerjob.WorkerAddress;
import dev.orrery.scheduler.base.cache.ReadThroughCache;
import dev.orrery.scheduler.base.database.EngineExecutor;
import dev.orrery.scheduler.base.time.Ticker;
import dev.orrery.scheduler.model.commit.CommitMetrics;
import dev.orrery.scheduler.model.commit.GroupCommit;
import dev.orrery.scheduler.powerjob.app.OpenedApp;
import dev.orrery.scheduler.powerjob.app.OpenedAppService;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jboss.logging.Logger;

/**
 * Receives the messages of PowerJob workers over any protocol: checks the address and the app that
 * they name, and passes them on. The caller has already been checked against the listed networks.
 * No method blocks.
 */
@ApplicationScoped
class WorkerMessages {
  /** A longer message is read on another thread, so that it holds no event loop of the ports. */
  static final int MAX_READ_ON_LOOP = 16 * 1024;

  private static final Logger LOG = Logger.getLogger(WorkerMessages.class);

  /** A worker asks once a minute for each heavy run that it has. */
  private static final Duration CACHE_TIME = Duration.ofSeconds(30);

  private static final int MAX_JOBS = 10_000;

  private static final GroupCommit.Settings LOOKUPS =
      new GroupCommit.Settings("PowerJob jobs", 100, 5_000, 1);

  private final WorkerNetworkRule networks;
  private final OpenedAppService apps;
  private final JoinRefusal refusals;
  private final GatewaySessionService gatewaySessions;
  private final ReportIntake reports;
  private final WorkerDirectory directory;
  private final ObjectMapper json;
  private final GroupCommit<ClusterQuery, List<String>> lookups;
  private final ReadThroughCache<ClusterQuery, List<String>> laneTags;

  WorkerMessages(
      WorkerNetworkRule networks,
      OpenedAppService apps,
      JoinRefusal refusals,
      GatewaySessionService gatewaySessions,
      ReportIntake reports,
      WorkerDirectory directory,
      GatewaySessionStore store,
      EngineExecutor executor,
      CommitMetrics groups,
      Ticker ticker,
      ObjectMapper json) {
    this.networks = networks;
    this.apps = apps;
    this.refusals = refusals;
    this.gatewaySessions = gatewaySessions;
    this.reports = reports;
    this.directory = directory;
    this.json = json;
    this.lookups =
        groups.watch(
            new GroupCommit<>(
                LOOKUPS,
                executor,
                jobs ->
                    jobs.stream().map(job -> store.laneTags(job.appId(), job.jobId())).toList()));
    this.laneTags = new ReadThroughCache<>(CACHE_TIME, MAX_JOBS, ticker);
  }

  /** Returns the source of a message of a protocol whose workers have an address of their own. */
  WorkerSource byAddress(WorkerTransport transport, String caller) {
    return new WorkerSource.ByAddress(transport, caller, networks);
  }

  void heartbeat(WorkerSource source, Heartbeat heartbeat) {
    WorkerTransport transport = source.transport();
    OpenedApp app = apps.find(heartbeat.appId()).orElse(null);
    if (app == null) {
      refusals.closedApp(source.host(), heartbeat.appName());
    } else if (!isOf(transport, heartbeat.protocol())) {
      refusals.wrongProtocol(
          app,
          source.host(),
          "The worker sends heartbeats of another protocol than "
              + transport.protocol().canonicalName()
              + ".");
    } else {
      WorkerAddress.parse(heartbeat.workerAddress())
          .filter(address -> source.join(app.id(), address))
          .map(source::channel)
          .ifPresentOrElse(
              channel -> gatewaySessions.heartbeat(app, channel, heartbeat),
              () -> refuseAddress(app, source, heartbeat.workerAddress()));
    }
  }

  private void refuseAddress(OpenedApp app, WorkerSource source, String named) {
    if (source.transport().dials()) {
      refusals.anotherAddress(app, source.host(), named);
    } else {
      refusals.secondAddress(app, source.host(), named);
    }
  }

  private static boolean isOf(WorkerTransport transport, String protocol) {
    return protocol != null && protocol.strip().equalsIgnoreCase(transport.protocol().name());
  }

  /** Returns the answer, when the report is stored or must be repeated; never fails. */
  CompletableFuture<AskAnswer> report(WorkerSource source, InstanceReport report) {
    return channel(source, report.sourceAddress())
        .map(worker -> reports.report(worker, report))
        .orElseGet(() -> CompletableFuture.completedFuture(true))
        .thenApply(
            isStored -> isStored ? AskAnswer.OK : AskAnswer.refused("not stored; report it again"));
  }

  void log(WorkerSource source, LogReport report) {
    channel(source, report.workerAddress()).ifPresent(worker -> reports.log(worker, report));
  }

  /**
   * Returns the answer with the addresses of the workers that share the work of a job; with none if
   * the caller is not a worker of the app.
   */
  CompletableFuture<AskAnswer> cluster(WorkerSource source, ClusterQuery query) {
    boolean isOfApp =
        directory
            .of(query.appId())
            .filter(worker -> isOf(source.transport(), worker.protocol()))
            .anyMatch(worker -> source.mayName(worker.address()));
    return isOfApp
        ? laneTags
            .start(query, job -> lookups.submit(job.appId(), job))
            .thenApply(
                tags -> directory.addresses(query.appId(), source.transport().protocol(), tags))
            .thenApply(this::answer)
        : CompletableFuture.completedFuture(answer(List.of()));
  }

  private AskAnswer answer(List<String> addresses) {
    try {
      return AskAnswer.of(json.writeValueAsString(addresses));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A list of addresses is always writable", e);
    }
  }

  /** Returns the way to the worker that a message names; empty if it may not name it. */
  private static Optional<WorkerChannel> channel(WorkerSource source, String text) {
    Optional<WorkerChannel> channel =
        WorkerAddress.parse(text).filter(source::mayName).map(source::channel);
    if (channel.isEmpty()) {
      LOG.debugf(
          "Ignored a PowerJob message with an invalid or disallowed worker address: from=%s",
          source.host());
    }
    return channel;
  }
}
