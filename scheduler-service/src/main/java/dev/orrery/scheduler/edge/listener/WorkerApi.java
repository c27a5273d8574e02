package dev.orrery.scheduler.edge.listener;

import dev.orrery.protocol.message.ByeRequest;
import dev.orrery.protocol.message.ByeResponse;
import dev.orrery.protocol.message.DiscoveryResponse;
import dev.orrery.protocol.message.HandshakeResponse;
import dev.orrery.protocol.message.LogsRequest;
import dev.orrery.protocol.message.LogsResponse;
import dev.orrery.protocol.message.PollRequest;
import dev.orrery.protocol.message.PollResponse;
import dev.orrery.protocol.message.ProgressUpdate;
import dev.orrery.protocol.message.RenewRequest;
import dev.orrery.protocol.message.RenewResponse;
import dev.orrery.protocol.message.ReportRequest;
import dev.orrery.protocol.message.ReportResponse;
import dev.orrery.protocol.message.WorkerOffer;
import dev.orrery.scheduler.base.database.EngineExecutor;
import dev.orrery.scheduler.engine.agreement.DiscoveryService;
import dev.orrery.scheduler.engine.agreement.HandshakeService;
import dev.orrery.scheduler.engine.dispatch.PollService;
import dev.orrery.scheduler.engine.logs.LogIntake;
import dev.orrery.scheduler.engine.report.ReportService;
import dev.orrery.scheduler.engine.worker.RenewalService;
import dev.orrery.scheduler.engine.worker.SessionEndService;
import dev.orrery.scheduler.engine.worker.SessionRegistry;
import dev.orrery.scheduler.model.progress.ProgressIntake;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The operations of the worker API, the same for every protocol. The listener of a protocol
 * authenticates its callers and accepts only the role {@code worker}; no operation blocks its
 * thread.
 *
 * <p>A message beyond the bounds of {@link MessageRule} is refused first. Futures fail with a
 * {@link dev.orrery.scheduler.base.problem.ProblemException} if the operation is refused, or with a
 * {@link dev.orrery.scheduler.base.database.DatabaseException}.
 */
@ApplicationScoped
public class WorkerApi {
  private final DiscoveryService discovery;
  private final HandshakeService handshakes;
  private final PollService polls;
  private final ReportService reports;
  private final RenewalService renewals;
  private final LogIntake logs;
  private final SessionEndService ends;
  private final SessionRegistry sessions;
  private final ProgressIntake progress;
  private final EngineExecutor executor;

  WorkerApi(
      DiscoveryService discovery,
      HandshakeService handshakes,
      PollService polls,
      ReportService reports,
      RenewalService renewals,
      LogIntake logs,
      SessionEndService ends,
      SessionRegistry sessions,
      ProgressIntake progress,
      EngineExecutor executor) {
    this.discovery = discovery;
    this.handshakes = handshakes;
    this.polls = polls;
    this.reports = reports;
    this.renewals = renewals;
    this.logs = logs;
    this.ends = ends;
    this.sessions = sessions;
    this.progress = progress;
    this.executor = executor;
  }

  public DiscoveryResponse discover(CallContext context, WorkerOffer offer) {
    return discovery.discover(context.caller(), offer, context.dialledHost());
  }

  public CompletableFuture<HandshakeResponse> handshake(CallContext context, WorkerOffer offer) {
    return CompletableFuture.supplyAsync(
        () -> handshakes.handshake(context.caller(), offer, context.protocol(), context.address()),
        executor);
  }

  public CompletableFuture<PollResponse> poll(CallContext context, PollRequest request) {
    MessageRule.require(request);
    takeProgress(context, request.session(), request.progress());
    return polls.poll(context.caller(), request, context.protocol(), context.whenGone());
  }

  public CompletableFuture<ReportResponse> report(CallContext context, ReportRequest request) {
    return reports.report(context.caller(), request);
  }

  public CompletableFuture<RenewResponse> renew(CallContext context, RenewRequest request) {
    MessageRule.require(request);
    takeProgress(context, request.session(), request.progress());
    return renewals.renew(context.caller(), request);
  }

  /**
   * Stores progress in addition to the operation, which refuses a session of another app. Workers
   * send progress with renewals only, so a poll does not look up its session twice.
   */
  private void takeProgress(CallContext context, String session, List<ProgressUpdate> updates) {
    if (!updates.isEmpty()) {
      var unused =
          sessions
              .find(context.caller(), session)
              .thenAccept(own -> progress.take(own.appId(), own.id(), updates));
    }
  }

  public CompletableFuture<LogsResponse> logs(CallContext context, LogsRequest request) {
    MessageRule.require(request);
    return logs.take(context.caller(), request);
  }

  public CompletableFuture<ByeResponse> bye(CallContext context, ByeRequest request) {
    MessageRule.require(request);
    return ends.bye(context.caller(), request);
  }
}
