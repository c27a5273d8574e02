package dev.orrery.scheduler.engine.agreement;

import dev.orrery.protocol.Dialect;
import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.SessionHandle;
import dev.orrery.protocol.agreement.Agreement;
import dev.orrery.protocol.agreement.Agreement.Reached;
import dev.orrery.protocol.agreement.Agreement.Refused;
import dev.orrery.protocol.agreement.AgreementRule;
import dev.orrery.protocol.agreement.SchedulerProtocols;
import dev.orrery.protocol.log.RateLimitedLog;
import dev.orrery.protocol.message.HandshakeResponse;
import dev.orrery.protocol.message.ProblemDetail;
import dev.orrery.protocol.message.WorkerOffer;
import dev.orrery.scheduler.base.lifecycle.BuildInfo;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.base.time.Ticker;
import dev.orrery.scheduler.engine.worker.PollConfig;
import dev.orrery.scheduler.engine.worker.SessionConfig;
import dev.orrery.scheduler.engine.worker.SessionRegistry;
import dev.orrery.scheduler.http.security.Caller;
import dev.orrery.scheduler.http.security.Role;
import jakarta.enterprise.context.ApplicationScoped;
import java.lang.System.Logger.Level;
import java.util.UUID;

/** Accepts workers, or refuses them with the setting to change. */
@ApplicationScoped
public class HandshakeService {
  /** The limit of log lines per app and minute, because an app can open thousands of sessions. */
  private static final int MAX_LINES = 100;

  private final SchedulerProtocols protocols;
  private final RefusedWorkerLog refused;
  private final SessionRegistry sessions;
  private final SessionConfig sessionConfig;
  private final PollConfig pollConfig;
  private final BuildInfo software;
  private final HandshakeMetrics metrics;
  private final RateLimitedLog lines;

  HandshakeService(
      SchedulerProtocols protocols,
      RefusedWorkerLog refused,
      SessionRegistry sessions,
      SessionConfig sessionConfig,
      PollConfig pollConfig,
      BuildInfo software,
      HandshakeMetrics metrics,
      Ticker ticker) {
    this.protocols = protocols;
    this.refused = refused;
    this.sessions = sessions;
    this.sessionConfig = sessionConfig;
    this.pollConfig = pollConfig;
    this.software = software;
    this.metrics = metrics;
    this.lines =
        new RateLimitedLog(
            System.getLogger(HandshakeService.class.getName()), ticker::nanos, MAX_LINES);
  }

  /**
   * Checks the offer of a discovery, without opening a session.
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
   * @param arrivedOver the protocol over which the offer came
   * @param address the address of the worker, without the port
   * @throws ProblemException as {@link #requireAgreement}
   */
  public HandshakeResponse handshake(
      Caller caller, WorkerOffer offer, Protocol arrivedOver, String address) {
    requireSound(caller, offer);
    Reached agreement = reached(offer, AgreementRule.decide(offer, protocols, arrivedOver));
    SessionRegistry.Opened opened = sessions.open(caller.appId(), offer, agreement);
    refused.joined(offer.app(), offer.name(), address);
    lines.log(
        Level.INFO,
        offer.app(),
        "Worker joined: app=%s worker=%s session=%s protocol=%s apiVersion=%d softwareVersion=%s"
            .formatted(
                offer.app(),
                offer.name(),
                SessionHandle.of(opened.session().id()),
                agreement.protocol().canonicalName(),
                agreement.version(),
                offer.softwareVersion()));
    return new HandshakeResponse(
        opened.session().id().toString(),
        agreement.version(),
        opened.session().leaseRemaining().toMillis(),
        pollConfig.timeout().toMillis(),
        sessionConfig.renewInterval().toMillis(),
        opened.serverTime(),
        software.version());
  }

  /**
   * Opens a session for a PowerJob worker, whose offer the gateway makes; blocks.
   *
   * @throws ProblemException {@code OVERLOADED}
   */
  public UUID openForPowerJob(int appId, WorkerOffer offer, Protocol protocol, String address) {
    SessionRegistry.Opened opened =
        sessions.open(
            appId, offer, new Reached(protocol, Dialect.POWERJOB, protocols.versions().max()));
    refused.joined(offer.app(), offer.name(), address);
    lines.log(
        Level.INFO,
        offer.app(),
        "PowerJob worker joined: app=%s worker=%s session=%s protocol=%s softwareVersion=%s"
            .formatted(
                offer.app(),
                offer.name(),
                SessionHandle.of(opened.session().id()),
                protocol.canonicalName(),
                offer.softwareVersion()));
    return opened.session().id();
  }

  /** Records a PowerJob worker; the response was sent already. */
  public void recordPowerJob(PowerJobRefusal refusal) {
    metrics.refused(refusal.code());
    refused.addOfPowerJob(refusal);
  }

  /**
   * Records a call of a worker without a valid token; the response was sent already.
   *
   * @param address the address of the worker, without the port
   */
  public void recordUnauthenticated(String address) {
    metrics.refused(ErrorCode.UNAUTHENTICATED);
    refused.addUnauthenticated(address);
  }

  /**
   * Records a call with a valid token of another role than worker; the response was sent already.
   *
   * @param address the address of the worker, without the port
   */
  public void recordWrongRole(Caller caller, String address) {
    metrics.refused(ErrorCode.FORBIDDEN);
    refused.addOfWrongRole(caller.app(), address, caller.forbidden(Role.Names.WORKER).problem());
  }

  private void requireSound(Caller caller, WorkerOffer offer) {
    try {
      OfferValidator.require(caller, offer);
    } catch (ProblemException e) {
      ProblemDetail problem = e.problem();
      metrics.refused(problem.code());
      if (problem.code() == ErrorCode.FORBIDDEN) {
        refused.addOfAnotherApp(caller.app(), offer, problem.settingToChange());
      }
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
