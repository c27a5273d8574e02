package dev.orrery.powerjob.port;

import dev.orrery.protocol.transport.EndpointSettings;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * Opens a port for PowerJob workers. The implementation is in its own module, and found by {@link
 * ServiceLoader}.
 */
public interface WorkerPortModule {

  /**
   * Opens the port.
   *
   * @param requiresOwnAddress whether a worker may name only the address from which it connects
   * @throws dev.orrery.protocol.startup.StartupException if the port is taken
   */
  WorkerPort open(
      EndpointSettings settings, boolean requiresOwnAddress, WorkerMessageHandler handler);

  /** Finds the module, if this build includes it. */
  static Optional<WorkerPortModule> find() {
    return ServiceLoader.load(WorkerPortModule.class, WorkerPortModule.class.getClassLoader())
        .findFirst();
  }
}
