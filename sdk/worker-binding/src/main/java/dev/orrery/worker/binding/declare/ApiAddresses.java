package dev.orrery.worker.binding.declare;

import dev.orrery.protocol.port.PortPlan;
import java.net.URI;
import java.util.List;

/** Derives the addresses of the scheduler's API from those that the worker uses. */
public final class ApiAddresses {
  private ApiAddresses() {}

  /**
   * Returns the addresses of the API at the servers of the worker: at the same hosts, at the port
   * of the API where the worker uses that of the protocol http. Another port stays, as it may be
   * the one of a proxy.
   */
  public static List<URI> at(List<URI> servers) {
    return servers.stream().map(ApiAddresses::at).distinct().toList();
  }

  private static URI at(URI server) {
    return server.getPort() == PortPlan.HTTP
        ? URI.create(server.getScheme() + "://" + server.getHost() + ":" + PortPlan.API)
        : server;
  }
}
