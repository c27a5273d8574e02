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

  /**
   * @param caller the address from which the message came, without the port
   */
  void heartbeat(WorkerTransport transport, String caller, Heartbeat heartbeat) {
    OpenedApp app = apps.find(heartbeat.appId()).orElse(null);
    if (app == null) {
      refusals.closedApp(caller, heartbeat.appName());
    } else if (!isOf(transport, heartbeat.protocol())) {
      refusals.wrongProtocol(
          app,
          caller,
          "The worker sends heartbeats of another protocol than "
              + transport.protocol().canonicalName()
              + ".");
    } else {
      channel(transport, caller, heartbeat.workerAddress())
          .ifPresentOrElse(
              channel -> gatewaySessions.heartbeat(app, channel, heartbeat),
              () -> refusals.anotherAddress(app, caller, heartbeat.workerAddress()));
    }
  }

  private static boolean isOf(WorkerTransport transport, String protocol) {
    return protocol != null && protocol.strip().equalsIgnoreCase(transport.protocol().name());
  }

  /** Returns the answer, when the report is stored or must be repeated; never fails. */
  CompletableFuture<AskAnswer> report(
      WorkerTransport transport, String caller, InstanceReport report) {
    return channel(transport, caller, report.sourceAddress())
        .map(source -> reports.report(source, report))
        .orElseGet(() -> CompletableFuture.completedFuture(true))
        .thenApply(
            isStored -> isStored ? AskAnswer.OK : AskAnswer.refused("not stored; report it again"));
  }

  void log(WorkerTransport transport, String caller, LogReport report) {
    channel(transport, caller, report.workerAddress())
        .ifPresent(source -> reports.log(source, report));
  }

  /**
   * Returns the answer with the addresses of the workers that share the work of a job; with none if
   * the caller is not a worker of the app.
   */
  CompletableFuture<AskAnswer> cluster(
      WorkerTransport transport, String caller, ClusterQuery query) {
    boolean isOfApp =
        directory.of(query.appId()).anyMatch(worker -> networks.allow(worker.address(), caller));
    return isOfApp
        ? laneTags
            .start(query, job -> lookups.submit(job.appId(), job))
            .thenApply(tags -> directory.addresses(query.appId(), transport.protocol(), tags))
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
  private Optional<WorkerChannel> channel(WorkerTransport transport, String caller, String text) {
    Optional<WorkerChannel> channel =
        WorkerAddress.parse(text)
            .filter(address -> networks.allow(address, caller))
            .map(address -> new WorkerChannel(transport, address));
    if (channel.isEmpty()) {
      LOG.debugf(
          "Ignored a PowerJob message with an invalid or disallowed worker address: from=%s",
          caller);
    }
    return channel;
  }
}
