package dev.orrery.protocol.transport;

import dev.orrery.protocol.Protocol;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * A transport in its own module, found by {@link ServiceLoader}. It carries the JSON of requests
 * and responses as bytes.
 */
public interface TransportModule {

  Protocol protocol();

  /**
   * Checks settings before they are used.
   *
   * @throws dev.orrery.protocol.startup.StartupException if they are not safe
   */
  void check(EndpointSettings settings);

  /**
   * Listens for workers.
   *
   * @throws dev.orrery.protocol.startup.StartupException if the settings are not safe, or the port
   *     is taken
   */
  SchedulerEnd listen(EndpointSettings settings, OperationHandler handler);

  /**
   * Opens the worker's side, which may have to listen for responses.
   *
   * @throws dev.orrery.protocol.startup.StartupException as {@link #listen}
   */
  WorkerEnd open(EndpointSettings settings);

  /** Finds the module of a protocol, if this build includes it. */
  static Optional<TransportModule> find(Protocol protocol) {
    return ServiceLoader.load(TransportModule.class, TransportModule.class.getClassLoader())
        .stream()
        .map(ServiceLoader.Provider::get)
        .filter(module -> module.protocol() == protocol)
        .findFirst();
  }

  /** Returns true if this build supports a protocol; {@code http} needs no module. */
  static boolean isAvailable(Protocol protocol) {
    return protocol == Protocol.HTTP || find(protocol).isPresent();
  }
}
