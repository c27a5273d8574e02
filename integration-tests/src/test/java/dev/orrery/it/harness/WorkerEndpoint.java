package dev.orrery.it.harness;

import dev.orrery.protocol.transport.EndpointSettings;
import java.util.Optional;

/** The address of a worker inside a test. */
final class WorkerEndpoint {
  private WorkerEndpoint() {}

  /**
   * Returns an endpoint on a free port.
   *
   * @param towards a host on the route to the scheduler; may be empty
   */
  static EndpointSettings onThisMachine(Optional<String> towards) {
    return new EndpointSettings(
        "orrery.worker",
        "orrery.worker.akka.allowed-networks",
        "orrery.worker.akka.tls",
        "127.0.0.1",
        0,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        towards);
  }
}
