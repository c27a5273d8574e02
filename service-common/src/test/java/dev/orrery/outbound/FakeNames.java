package dev.orrery.outbound;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A resolver with fixed responses. Each lookup consumes a response, except the last one. Literal
 * addresses need no entry.
 */
final class FakeNames implements NameResolver {
  private final Map<String, Deque<List<InetAddress>>> answers = new ConcurrentHashMap<>();

  FakeNames add(String name, String... literals) throws UnknownHostException {
    List<InetAddress> addresses = new java.util.ArrayList<>();
    for (String literal : literals) {
      addresses.add(InetAddress.getByName(literal));
    }
    answers.computeIfAbsent(name, key -> new ArrayDeque<>()).add(addresses);
    return this;
  }

  @Override
  public synchronized List<InetAddress> resolve(String host) throws UnknownHostException {
    Deque<List<InetAddress>> left = answers.get(host);
    if (left != null) {
      return left.size() > 1 ? left.remove() : left.element();
    }
    if (host.matches("[0-9.]+|.*:.*")) {
      return List.of(InetAddress.getByName(host));
    }
    throw new UnknownHostException(host);
  }
}
