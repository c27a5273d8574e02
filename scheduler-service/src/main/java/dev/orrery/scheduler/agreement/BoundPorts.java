package dev.orrery.scheduler.agreement;

import dev.orrery.protocol.Protocol;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The ports on which transports really listen, as the listeners tell when they are bound. */
@ApplicationScoped
public class BoundPorts {
  private final Map<Protocol, Integer> ports = new ConcurrentHashMap<>();
  private final Map<Protocol, String> addresses = new ConcurrentHashMap<>();

  public void bound(Protocol transport, int port) {
    ports.put(transport, port);
  }

  /**
   * @param address that workers are told to dial
   */
  public void bound(Protocol transport, int port, String address) {
    addresses.put(transport, address);
    bound(transport, port);
  }

  /** What a listener that knows its own address says; empty for others. */
  public Optional<String> address(Protocol transport) {
    return Optional.ofNullable(addresses.get(transport));
  }

  public void closed(Protocol transport) {
    addresses.remove(transport);
    ports.remove(transport);
  }

  public boolean isBound(Protocol transport) {
    return ports.containsKey(transport);
  }

  /** 0 if it is not bound. */
  public int of(Protocol transport) {
    return ports.getOrDefault(transport, 0);
  }
}
