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
  private final GatewaySessionRegistry gatewaySessions;
  private final GatewaySessionPoller poller;
  private final RunTracker runs;
  private final RenewalService renewals;
  private final Ticker ticker;
  private final InstantSource clock;

  GatewaySessionRenewal(
      GatewaySessionRegistry gatewaySessions,
      GatewaySessionPoller poller,
      RunTracker runs,
      RenewalService renewals,
      Ticker ticker,
      InstantSource clock) {
    this.gatewaySessions = gatewaySessions;
    this.poller = poller;
    this.runs = runs;
    this.renewals = renewals;
    this.ticker = ticker;
    this.clock = clock;
  }

  /** Takes a heartbeat that this replica has received. */
  void heartbeat(GatewaySession gatewaySession, Heartbeat heartbeat) {
    gatewaySession.compareClocks(heartbeat.heartbeatTime(), clock.instant().toEpochMilli());
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
      poller.pollSoon(gatewaySession);
    }
    var unused =
        renewals
            .renew(
                gatewaySession.app().caller(),
                new RenewRequest(
                    gatewaySession.id().toString(),
                    gatewaySession.held(),
                    gatewaySession.isDraining()))
            .whenComplete(
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
