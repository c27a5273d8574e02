package dev.orrery.scheduler.agreement;

import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.agreement.Agreement;
import dev.orrery.protocol.agreement.Agreement.Reached;
import dev.orrery.protocol.agreement.Agreement.Refused;
import dev.orrery.protocol.agreement.AgreementRule;
import dev.orrery.protocol.agreement.SchedulerProtocols;
import dev.orrery.protocol.message.HandshakeResponse;
import dev.orrery.protocol.message.WorkerOffer;
import dev.orrery.scheduler.problem.ProblemException;
import dev.orrery.scheduler.security.Caller;
import dev.orrery.scheduler.startup.BuildInfo;
import dev.orrery.scheduler.worker.PollConfig;
import dev.orrery.scheduler.worker.SessionConfig;
import dev.orrery.scheduler.worker.SessionRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import org.jboss.logging.Logger;

/** Agrees with workers, or tells them why not. */
@ApplicationScoped
public class HandshakeService {
  private static final Logger LOG = Logger.getLogger(HandshakeService.class);

  private final SchedulerProtocols protocols;
  private final RefusedWorkerLog refused;
  private final SessionRegistry sessions;
  private final SessionConfig sessionConfig;
  private final PollConfig pollConfig;
  private final BuildInfo software;
  private final HandshakeMetrics metrics;

  HandshakeService(
      SchedulerProtocols protocols,
      RefusedWorkerLog refused,
      SessionRegistry sessions,
      SessionConfig sessionConfig,
      PollConfig pollConfig,
      BuildInfo software,
      HandshakeMetrics metrics) {
    this.protocols = protocols;
    this.refused = refused;
    this.sessions = sessions;
    this.sessionConfig = sessionConfig;
    this.pollConfig = pollConfig;
    this.software = software;
    this.metrics = metrics;
  }

  /**
   * Decides an offer for discovery, without opening a session.
   *
   * @throws ProblemException {@code PROTOCOL_MISMATCH}, {@code VERSION_MISMATCH}, {@code INVALID},
   *     {@code FORBIDDEN}
   */
  public void requireAgreement(Caller caller, WorkerOffer offer) {
    requireSound(caller, offer);
    reached(offer, AgreementRule.decide(offer, protocols));
  }

  /**
   * Opens a session; blocks.
   *
   * @param arrivedOver the transport that brought the offer
   * @throws ProblemException as {@link #requireAgreement}
   */
  public HandshakeResponse shake(Caller caller, WorkerOffer offer, Protocol arrivedOver) {
    requireSound(caller, offer);
    Reached agreement = reached(offer, AgreementRule.decide(offer, protocols, arrivedOver));
    SessionRegistry.Opened opened = sessions.open(caller.appId(), offer, agreement);
    LOG.infof(
        "Worker %s of app %s joined over %s, protocol version %d, software %s",
        offer.name(),
        offer.app(),
        agreement.transport().canonicalName(),
        agreement.version(),
        offer.software());
    return new HandshakeResponse(
        opened.session().id().toString(),
        agreement.version(),
        opened.session().leaseRemaining().toMillis(),
        pollConfig.timeout().toMillis(),
        sessionConfig.renewInterval().toMillis(),
        opened.serverTime(),
        software.version());
  }

  private void requireSound(Caller caller, WorkerOffer offer) {
    try {
      OfferValidator.require(caller, offer);
    } catch (ProblemException e) {
      metrics.refused(e.problem().code());
      throw e;
    }
  }

  private Reached reached(WorkerOffer offer, Agreement agreement) {
    if (agreement instanceof Refused refusal) {
      refused.add(offer, refusal);
      metrics.refused(refusal.code());
      throw new ProblemException(refusal.toProblem());
    }
    return (Reached) agreement;
  }
}
