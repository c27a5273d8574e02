package dev.orrery.worker;

import dev.orrery.protocol.network.AllowedNetworks;
import dev.orrery.protocol.transport.EndpointSettings;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;

/**
 * The address at which a worker listens for responses, and the peers that it accepts and dials.
 * Each method changes this object and returns it.
 */
public final class WorkerEndpoint {
  private static final int MAX_PORT = 65_535;
  private static final String KEY = "orrery.worker.akka";
  private static final String NETWORKS_KEY = KEY + ".allowed-networks";
  private static final String TLS_KEY = KEY + ".tls";

  private final String host;
  private final int port;
  private Optional<String> advertisedHost = Optional.empty();
  private Optional<List<String>> networks = Optional.empty();
  private Optional<Supplier<SSLContext>> tls = Optional.empty();

  private WorkerEndpoint(String host, int port) {
    this.host = Objects.requireNonNull(host, "host");
    this.port = port;
  }

  /**
   * @param host to bind
   * @param port to bind; 0 means any free port
   */
  public static WorkerEndpoint at(String host, int port) {
    if (port < 0 || port > MAX_PORT) {
      throw new IllegalArgumentException(
          "The port must be between 0 and " + MAX_PORT + "; got " + port);
    }
    return new WorkerEndpoint(host, port);
  }

  /**
   * Sets the host under which schedulers dial this worker. Default: the bound one, or that of the
   * route to the scheduler if it binds all.
   */
  public WorkerEndpoint advertisedHost(String name) {
    advertisedHost = Optional.of(name);
    return this;
  }

  /**
   * Sets the networks of the peers, such as {@code 10.0.0.0/8}. Default: only this machine, or any
   * network with TLS.
   */
  public WorkerEndpoint allowedNetworks(List<String> ofPeers) {
    networks = Optional.of(List.copyOf(ofPeers));
    return this;
  }

  /**
   * Uses mutual TLS. Default: none.
   *
   * @param contexts returns the keys and the trust; asked for each new connection, so that they can
   *     be renewed
   */
  public WorkerEndpoint tls(Supplier<SSLContext> contexts) {
    tls = Optional.of(contexts);
    return this;
  }

  /**
   * @param names returns the name of a setting in messages, given a key of the agent
   * @param scheduler a host on the route to it
   * @throws dev.orrery.protocol.startup.StartupException if a network is invalid
   */
  EndpointSettings settings(UnaryOperator<String> names, String scheduler) {
    String networksKey = names.apply(NETWORKS_KEY);
    return new EndpointSettings(
        names.apply(KEY),
        networksKey,
        names.apply(TLS_KEY),
        host,
        port,
        advertisedHost,
        networks.map(texts -> AllowedNetworks.parse(networksKey, texts)),
        tls,
        Optional.of(scheduler));
  }
}
