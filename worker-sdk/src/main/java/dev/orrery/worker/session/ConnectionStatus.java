package dev.orrery.worker.session;

import dev.orrery.protocol.message.HandshakeResponse;
import dev.orrery.protocol.message.ProblemDetail;
import dev.orrery.worker.WorkerStatus;
import dev.orrery.worker.WorkerStatus.Phase;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/** The status that users see of a connection. Written on the event loop, read by any thread. */
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

  void setAgreed(URI address, HandshakeResponse agreement) {
    current =
        new WorkerStatus(
            Phase.AGREED,
            address,
            Optional.of(agreement.version()),
            Optional.ofNullable(agreement.softwareVersion()),
            Optional.ofNullable(agreement.serverTime())
                .map(serverTime -> Duration.between(clock.instant(), serverTime)),
            Optional.empty());
  }

  /** Changes the status within an agreement: version, software and clock skew stay. */
  void update(Phase phase, URI address, Optional<ProblemDetail> problem) {
    current =
        new WorkerStatus(
            phase,
            address,
            current.version(),
            current.schedulerSoftwareVersion(),
            current.clockSkew(),
            problem);
  }

  void setWithoutSession(Phase phase, URI server, Optional<ProblemDetail> problem) {
    current =
        new WorkerStatus(
            phase, server, Optional.empty(), Optional.empty(), Optional.empty(), problem);
  }
}
