package dev.orrery.scheduler.verb;

import dev.orrery.protocol.message.ByeAnswer;
import dev.orrery.protocol.message.ByeRequest;
import dev.orrery.protocol.message.DiscoveryAnswer;
import dev.orrery.protocol.message.HandshakeAnswer;
import dev.orrery.protocol.message.LogsAnswer;
import dev.orrery.protocol.message.LogsRequest;
import dev.orrery.protocol.message.Offer;
import dev.orrery.protocol.message.PollAnswer;
import dev.orrery.protocol.message.PollRequest;
import dev.orrery.protocol.message.Progress;
import dev.orrery.protocol.message.RenewAnswer;
import dev.orrery.protocol.message.RenewRequest;
import dev.orrery.protocol.message.ReportAnswer;
import dev.orrery.protocol.message.ReportRequest;
import dev.orrery.scheduler.agreement.Discovery;
import dev.orrery.scheduler.agreement.Handshakes;
import dev.orrery.scheduler.dispatch.Polls;
import dev.orrery.scheduler.group.HotExecutor;
import dev.orrery.scheduler.logs.LogIntake;
import dev.orrery.scheduler.progress.ProgressIntake;
import dev.orrery.scheduler.report.Reports;
import dev.orrery.scheduler.worker.Renewals;
import dev.orrery.scheduler.worker.SessionEnds;
import dev.orrery.scheduler.worker.Sessions;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The verbs of the native protocol, whatever the transport. A transport authenticates its peers,
 * and only lets those with the role {@code worker} in; nothing here blocks its thread.
 *
 * <p>Every future fails with a {@link dev.orrery.scheduler.problem.ProblemException} where the verb
 * is refused, or a {@link dev.orrery.scheduler.database.DatabaseException}.
 */
@ApplicationScoped
public class WorkerVerbs {
  private final Discovery discovery;
  private final Handshakes handshakes;
  private final Polls polls;
  private final Reports reports;
  private final Renewals renewals;
  private final LogIntake logs;
  private final SessionEnds ends;
  private final Sessions sessions;
  private final ProgressIntake progress;
  private final HotExecutor executor;

  WorkerVerbs(
      Discovery discovery,
      Handshakes handshakes,
      Polls polls,
      Reports reports,
      Renewals renewals,
      LogIntake logs,
      SessionEnds ends,
      Sessions sessions,
      ProgressIntake progress,
      HotExecutor executor) {
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

  public DiscoveryAnswer discover(Peer peer, Offer offer) {
    return discovery.discover(peer.caller(), offer, peer.dialledHost());
  }

  public CompletableFuture<HandshakeAnswer> handshake(Peer peer, Offer offer) {
    return CompletableFuture.supplyAsync(
        () -> handshakes.shake(peer.caller(), offer, peer.transport()), executor);
  }

  public CompletableFuture<PollAnswer> poll(Peer peer, PollRequest request) {
    progressed(peer, request.session(), request.progress());
    return polls.poll(peer.caller(), request, peer.transport(), peer.whenGone());
  }

  public CompletableFuture<ReportAnswer> report(Peer peer, ReportRequest request) {
    return reports.report(peer.caller(), request);
  }

  public CompletableFuture<RenewAnswer> renew(Peer peer, RenewRequest request) {
    progressed(peer, request.session(), request.progress());
    return renewals.renew(peer.caller(), request);
  }

  /** Beside the verb, which refuses a session that is not the caller's. */
  private void progressed(Peer peer, String session, List<Progress> said) {
    if (!said.isEmpty()) {
      var unused =
          sessions.find(peer.caller(), session).thenAccept(own -> progress.take(own.id(), said));
    }
  }

  public CompletableFuture<LogsAnswer> logs(Peer peer, LogsRequest request) {
    return logs.take(peer.caller(), request);
  }

  public CompletableFuture<ByeAnswer> bye(Peer peer, ByeRequest request) {
    return ends.bye(peer.caller(), request);
  }
}
