package dev.orrery.scheduler.powerjob;

import static dev.orrery.scheduler.base.lifecycle.LifecycleOrder.START_CHECKS;

import dev.orrery.powerjob.WorkerAddress;
import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.agreement.SchedulerProtocols;
import dev.orrery.protocol.network.AllowedNetworks;
import dev.orrery.protocol.startup.StartupException;
import dev.orrery.scheduler.engine.agreement.ProtocolConfig;
import dev.orrery.scheduler.http.security.LocalCaller;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.http.HttpServerRequest;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Decides which addresses may call as PowerJob workers and clients, and which ones may be dialled.
 */
@ApplicationScoped
public class WorkerNetworkRule {
  public static final String SETTING = "orrery.powerjob.allowed-networks";
  public static final String OWN_ADDRESS = "orrery.powerjob.require-own-address";
  static final String MAX_NEW_WORKERS = "orrery.powerjob.max-new-workers-per-address";
  private static final List<String> LOOPBACK = List.of("127.0.0.0/8", "::1/128");

  private final AllowedNetworks networks;
  private final boolean requireOwnAddress;

  WorkerNetworkRule(PowerJobConfig config) {
    this.networks = networks(config);
    this.requireOwnAddress = config.requireOwnAddress();
  }

  static void check(
      @Observes @Priority(START_CHECKS) StartupEvent event,
      PowerJobConfig config,
      ProtocolConfig protocols,
      SchedulerProtocols active) {
    Set<Protocol> served = PowerJobModule.served(config.protocols());
    networks(config);
    requirePlaces(config.maxNewWorkersPerAddress());
    if (config.enabled()) {
      requireHttp(served, active);
      if (served.contains(Protocol.HTTP)) {
        requireNetworks(config.allowedNetworks(), "http", protocols.http().host());
      }
    }
  }

  /**
   * @throws StartupException naming an entry that is no network
   */
  static AllowedNetworks networks(PowerJobConfig config) {
    return AllowedNetworks.parse(SETTING, config.allowedNetworks().orElse(LOOPBACK));
  }

  static void requirePlaces(int newWorkers) {
    if (newWorkers < 1 || newWorkers > WorkerProof.MAX_CALLED) {
      throw new StartupException(
          MAX_NEW_WORKERS
              + " is "
              + newWorkers
              + "; set it to a number from 1 to "
              + WorkerProof.MAX_CALLED
              + ".");
    }
  }

  static void requireHttp(Set<Protocol> served, SchedulerProtocols own) {
    if (served.contains(Protocol.HTTP) && !own.active().contains(Protocol.HTTP)) {
      throw new StartupException(
          PowerJobModule.PROTOCOLS
              + " names http, whose port PowerJob workers share with Orrery workers; active is "
              + own.activeNames()
              + ". Add http to orrery.protocols.active, or set "
              + PowerJobModule.PROTOCOLS
              + "=akka.");
    }
  }

  static void requireNetworks(Optional<List<String>> networks, String port, String host) {
    boolean isLoopback =
        host.equals("localhost")
            || AllowedNetworks.spelledOut(host).filter(InetAddress::isLoopbackAddress).isPresent();
    if (networks.isEmpty() && !isLoopback) {
      throw new StartupException(
          "orrery.powerjob.enabled=true opens port "
              + port
              + " on "
              + host
              + " to workers that send no secret. Set "
              + SETTING
              + " to the networks of your workers, such as 10.0.0.0/8.");
    }
  }

  /**
   * Returns true if a proxy hides the address of the caller, by which callers are admitted here.
   */
  public boolean isHidden(HttpServerRequest request) {
    return requireOwnAddress && LocalCaller.isForwarded(request);
  }

  public boolean allow(String caller) {
    return AllowedNetworks.spelledOut(caller).filter(networks::lists).isPresent();
  }

  /**
   * Returns true if the address is a literal in the networks, and the caller's own where required.
   */
  boolean allow(WorkerAddress address, String caller) {
    Optional<InetAddress> host = AllowedNetworks.spelledOut(address.host());
    return host.filter(networks::lists).isPresent()
        && (!requireOwnAddress || host.equals(AllowedNetworks.spelledOut(caller)));
  }
}
