package dev.orrery.worker.session;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.message.HandshakeResponse;
import dev.orrery.protocol.message.ProblemDetail;
import dev.orrery.worker.WorkerStatus;
import dev.orrery.worker.WorkerStatus.Phase;
import dev.orrery.worker.WorkerStatus.Problem;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** The user-visible status of a connection. The event loop writes it, any thread may read it. */
final class ConnectionStatus {
  private final InstantSource clock;
  private volatile WorkerStatus current;

  ConnectionStatus(URI server, InstantSource clock) {
    this.clock = clock;
    setWithoutSession(Phase.CONNECTING, server, Optional.empty());
  }

  WorkerStatus current() {
    return current;
  }

  /**
   * @param roundTrip from sending the handshake to now
   */
  void setAgreed(URI address, HandshakeResponse agreement, Duration roundTrip) {
    current =
        new WorkerStatus(
            Phase.AGREED,
            address,
            Optional.of(agreement.version()),
            Optional.ofNullable(agreement.softwareVersion()),
            Optional.ofNullable(agreement.serverTime())
                .map(serverTime -> skew(serverTime, clock.instant(), roundTrip)),
            Optional.empty());
  }

  /**
   * Returns the clock difference outside the round trip, because the server read its clock at an
   * unknown time within it. A slow handshake alone shows no skew.
   */
  private static Duration skew(Instant serverTime, Instant received, Duration roundTrip) {
    Instant sent = received.minus(roundTrip);
    if (serverTime.isBefore(sent)) {
      return Duration.between(sent, serverTime);
    }
    return serverTime.isAfter(received) ? Duration.between(received, serverTime) : Duration.ZERO;
  }

  /** Updates the status within an agreement; version, software and clock skew stay. */
  void update(Phase phase, URI address, Optional<ProblemDetail> problem) {
    current =
        new WorkerStatus(
            phase,
            address,
            current.version(),
            current.schedulerSoftwareVersion(),
            current.clockSkew(),
            problem.map(ConnectionStatus::shown));
  }

  void setWithoutSession(Phase phase, URI server, Optional<ProblemDetail> problem) {
    current =
        new WorkerStatus(
            phase,
            server,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            problem.map(ConnectionStatus::shown));
  }

  /** Returns the status of a worker that has a session, but does not hear its scheduler. */
  static WorkerStatus deaf(WorkerStatus agreed) {
    return new WorkerStatus(
        Phase.UNREACHABLE,
        agreed.server(),
        agreed.version(),
        agreed.schedulerSoftwareVersion(),
        agreed.clockSkew(),
        Optional.of(
            new Problem(
                ErrorCode.UNREACHABLE.name(),
                "The port at which the worker receives responses does not answer. It is replaced"
                    + " after 20 s.",
                Optional.empty(),
                Optional.empty(),
                Optional.empty())));
  }

  private static Problem shown(ProblemDetail problem) {
    return new Problem(
        problem.code().name(),
        problem.detail(),
        Optional.ofNullable(problem.server()),
        Optional.ofNullable(problem.worker()),
        Optional.ofNullable(problem.settingToChange()));
  }
}
