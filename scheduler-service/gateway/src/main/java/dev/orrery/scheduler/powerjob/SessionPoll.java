package dev.orrery.scheduler.powerjob;

import dev.orrery.powerjob.Heartbeat;
import dev.orrery.protocol.message.Assignment;
import dev.orrery.protocol.message.PollRequest;
import dev.orrery.protocol.message.PollResponse;
import dev.orrery.protocol.message.RenewRequest;
import dev.orrery.scheduler.base.time.Ticker;
import dev.orrery.scheduler.engine.dispatch.PollService;
import dev.orrery.scheduler.engine.worker.RenewalService;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.List;

/**
 * Polls the engine for gateway sessions, and renews their leases at the heartbeats of their
 * workers.
 */
@Singleton
class SessionPoll {
  /** Polls that follow an end are joined for this long. */
  private static final long DELAY_MILLIS = 5;

  private static final long RETRY_MILLIS = 1_000;

  private final GatewayLoop loop;
  private final GatewaySessionRegistry gatewaySessions;
  private final PollService polls;
  private final RenewalService renewals;
  private final RunTracker runs;
  private final RunPusher pusher;
  private final WorkerDirectory directory;
  private final Ticker ticker;
  private final InstantSource clock;

  SessionPoll(
      GatewayLoop loop,
      GatewaySessionRegistry gatewaySessions,
      PollService polls,
      RenewalService renewals,
      RunTracker runs,
      RunPusher pusher,
      WorkerDirectory directory,
      Ticker ticker,
      InstantSource clock) {
    this.loop = loop;
    this.gatewaySessions = gatewaySessions;
    this.polls = polls;
    this.renewals = renewals;
    this.runs = runs;
    this.pusher = pusher;
    this.directory = directory;
    this.ticker = ticker;
    this.clock = clock;
    runs.onRoomChanged(this::pollSoon);
  }

  void pollSoon(GatewaySession gatewaySession) {
    pollIn(gatewaySession, DELAY_MILLIS);
  }

  private void pollIn(GatewaySession gatewaySession, long millis) {
    if (!gatewaySession.isClosed() && gatewaySession.requestPoll()) {
      loop.after(millis, () -> poll(gatewaySession));
    }
  }

  void poll(GatewaySession gatewaySession) {
    if (gatewaySession.isClosed()) {
      return;
    }
    GatewaySession.Poll next = gatewaySession.nextPoll(ticker.nanos());
    boolean mayTakeRuns = gatewaySession.kind() == TrackerKind.LIGHT || directory.isComplete();
    var unused =
        loop.handle(
            polls.pollWithoutRenewal(
                gatewaySession.app().caller(),
                new PollRequest(
                    gatewaySession.id().toString(),
                    next.sequence(),
                    mayTakeRuns ? next.free() : 0,
                    next.held(),
                    0,
                    false),
                gatewaySession.channel().protocol()),
            (response, failure) -> polled(gatewaySession, next, response, failure));
  }

  private void polled(
      GatewaySession gatewaySession,
      GatewaySession.Poll poll,
      PollResponse response,
      Throwable failure) {
    if (failure == null) {
      take(gatewaySession, response);
      if (gatewaySession.isLatest(poll.sequence())) {
        // No poll of the worker is parked until then.
        pollIn(gatewaySession, 0);
      }
    } else if (!gatewaySessions.dropIfSessionGone(gatewaySession, failure)
        && gatewaySession.isLatest(poll.sequence())) {
      pollIn(gatewaySession, RETRY_MILLIS);
    }
  }

  private void take(GatewaySession gatewaySession, PollResponse response) {
    List<Assignment> fresh =
        response.attempts().stream()
            .filter(assignment -> gatewaySession.take(assignment.ref()))
            .toList();
    if (!fresh.isEmpty()) {
      pusher.push(gatewaySession, fresh);
    }
    runs.cancel(gatewaySession, response.cancels());
  }

  /** Takes a heartbeat that this replica has received. */
  void heartbeat(GatewaySession gatewaySession, Heartbeat heartbeat) {
    gatewaySessions.compareClocks(
        gatewaySession, heartbeat.heartbeatTime(), clock.instant().toEpochMilli());
    heartbeat(
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
  void heartbeat(GatewaySession gatewaySession, boolean overload, boolean idle, long nanos) {
    if (idle) {
      runs.suspect(gatewaySession, nanos);
    }
    if (gatewaySession.heartbeat(overload, nanos)) {
      pollSoon(gatewaySession);
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
