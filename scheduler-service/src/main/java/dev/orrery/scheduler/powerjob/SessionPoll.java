package dev.orrery.scheduler.powerjob;

import dev.orrery.protocol.message.Assignment;
import dev.orrery.protocol.message.PollRequest;
import dev.orrery.protocol.message.PollResponse;
import dev.orrery.scheduler.base.time.Ticker;
import dev.orrery.scheduler.engine.dispatch.PollService;
import jakarta.inject.Singleton;
import java.util.List;

/** Polls the engine for gateway sessions, as workers with the SDK do. */
@Singleton
class SessionPoll {
  /** Polls that follow an end are joined for this long. */
  private static final long DELAY_MILLIS = 5;

  private static final long RETRY_MILLIS = 1_000;

  private final GatewayLoop loop;
  private final GatewaySessionRegistry gatewaySessions;
  private final PollService polls;
  private final RunTracker runs;
  private final RunPusher pusher;
  private final WorkerDirectory directory;
  private final Ticker ticker;

  SessionPoll(
      GatewayLoop loop,
      GatewaySessionRegistry gatewaySessions,
      PollService polls,
      RunTracker runs,
      RunPusher pusher,
      WorkerDirectory directory,
      Ticker ticker) {
    this.loop = loop;
    this.gatewaySessions = gatewaySessions;
    this.polls = polls;
    this.runs = runs;
    this.pusher = pusher;
    this.directory = directory;
    this.ticker = ticker;
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
}
