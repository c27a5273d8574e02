package dev.orrery.scheduler.engine.agreement;

import dev.orrery.protocol.Protocol;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The ports on which protocols listen; each listener registers its port after binding it. */
@ApplicationScoped
public class PortRegistry {
  private final Map<Protocol, Integer> ports = new ConcurrentHashMap<>();
  private final Map<Protocol, String> addresses = new ConcurrentHashMap<>();

  public void bound(Protocol protocol, int port) {
    ports.put(protocol, port);
  }

  /**
   * @param address the address that discovery returns to workers
   */
  public void bound(Protocol protocol, int port, String address) {
    addresses.put(protocol, address);
    bound(protocol, port);
  }

  /** Returns the advertised address of a listener that has one. */
  public Optional<String> address(Protocol protocol) {
    return Optional.ofNullable(addresses.get(protocol));
  }

  public void closed(Protocol protocol) {
    addresses.remove(protocol);
    ports.remove(protocol);
  }

  public boolean isBound(Protocol protocol) {
    return ports.containsKey(protocol);
  }

  /** Returns the port; 0 if the protocol is not bound. */
  public int of(Protocol protocol) {
    return ports.getOrDefault(protocol, 0);
  }
}
