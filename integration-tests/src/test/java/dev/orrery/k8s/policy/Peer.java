package dev.orrery.k8s.policy;

import java.util.Map;

/**
 * A client or target of connections.
 *
 * @param name for messages
 * @param namespace labels of its namespace; null for an external address
 * @param labels of the pod
 * @param address of an external endpoint; null for pods
 */
public record Peer(
    String name, Map<String, String> namespace, Map<String, String> labels, String address) {

  public static Peer pod(String name, Map<String, String> namespace, Map<String, String> labels) {
    return new Peer(name, namespace, labels, null);
  }

  public static Peer address(String name, String address) {
    return new Peer(name, null, Map.of(), address);
  }

  /** False for an external address. */
  public boolean isPod() {
    return address == null;
  }

  @Override
  public String toString() {
    return name;
  }
}
