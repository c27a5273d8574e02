package dev.orrery.scheduler.powerjob;

import dev.orrery.powerjob.Heartbeat;
import dev.orrery.protocol.message.RenewRequest;
import dev.orrery.scheduler.base.time.Ticker;
import dev.orrery.scheduler.engine.worker.RenewalService;
import jakarta.inject.Singleton;
import java.time.InstantSource;

/** Renews the lease of a gateway session at each heartbeat of its worker. */
@Singleton
class GatewaySessionRenewal {
  private final GatewayLoop loop;
  private final GatewaySessionRegistry gatewaySessions;
  private final SessionPoll poll;
  private final RunTracker runs;
  private final RenewalService renewals;
  private final Ticker ticker;
  private final InstantSource clock;

  GatewaySessionRenewal(
      GatewayLoop loop,
      GatewaySessionRegistry gatewaySessions,
      SessionPoll poll,
      RunTracker runs,
      RenewalService renewals,
      Ticker ticker,
      InstantSource clock) {
    this.loop = loop;
    this.gatewaySessions = gatewaySessions;
    this.poll = poll;
    this.runs = runs;
    this.renewals = renewals;
    this.ticker = ticker;
    this.clock = clock;
  }

  /** Takes a heartbeat that this replica has received. */
  void heartbeat(GatewaySession gatewaySession, Heartbeat heartbeat) {
    gatewaySessions.compareClocks(
        gatewaySession, heartbeat.heartbeatTime(), clock.instant().toEpochMilli());
    heard(
        gatewaySession,
        heartbeat.overload(),
        gatewaySession.kind().isIdle(heartbeat),
        ticker.nanos());
  }

  /**
   * Takes a heartbeat that some replica has received at this time.
   *
   * @param idle whether the worker says that it has no run of this kind
   */
  void heard(GatewaySession gatewaySession, boolean overload, boolean idle, long nanos) {
    if (idle) {
      runs.suspect(gatewaySession, nanos);
    }
    if (gatewaySession.heartbeat(overload, nanos)) {
      poll.pollSoon(gatewaySession);
    }
    var unused =
        loop.handle(
            renewals.renew(
                gatewaySession.app().caller(),
                new RenewRequest(
                    gatewaySession.id().toString(),
                    gatewaySession.held(),
                    gatewaySession.isDraining())),
            (renewed, failure) -> {
              if (failure == null) {
                renewed.lost().forEach(attempt -> runs.abandon(gatewaySession, attempt));
                runs.cancel(gatewaySession, renewed.cancels());
              } else {
                gatewaySessions.dropIfSessionGone(gatewaySession, failure);
              }
            });
  }
}
