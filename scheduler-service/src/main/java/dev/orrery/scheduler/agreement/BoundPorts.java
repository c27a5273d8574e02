package dev.orrery.scheduler.agreement;

import dev.orrery.protocol.Transport;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The ports on which transports really listen, as the listeners tell when they are bound. */
@ApplicationScoped
public class BoundPorts {
  private final Map<Transport, Integer> ports = new ConcurrentHashMap<>();
  private final Map<Transport, String> addresses = new ConcurrentHashMap<>();

  public void bound(Transport transport, int port) {
    ports.put(transport, port);
  }

  /**
   * @param address that workers are told to dial
   */
  public void bound(Transport transport, int port, String address) {
    addresses.put(transport, address);
    bound(transport, port);
  }

  /** What a listener that knows its own address says; empty for others. */
  public Optional<String> address(Transport transport) {
    return Optional.ofNullable(addresses.get(transport));
  }

  public void closed(Transport transport) {
    addresses.remove(transport);
    ports.remove(transport);
  }

  public boolean isBound(Transport transport) {
    return ports.containsKey(transport);
  }

  /** 0 if it is not bound. */
  public int of(Transport transport) {
    return ports.getOrDefault(transport, 0);
  }
}
