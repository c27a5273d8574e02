package dev.orrery.k8s.policy;

import java.util.Map;

/**
 * Somebody who dials or is dialled.
 *
 * @param name for people
 * @param namespace labels of its namespace; null for an address that is no pod's
 * @param labels of the pod
 * @param address of what is no pod; null for pods
 */
public record Peer(
    String name, Map<String, String> namespace, Map<String, String> labels, String address) {

  public static Peer pod(String name, Map<String, String> namespace, Map<String, String> labels) {
    return new Peer(name, namespace, labels, null);
  }

  public static Peer address(String name, String address) {
    return new Peer(name, null, Map.of(), address);
  }

  /** Or an address of something else. */
  public boolean isPod() {
    return address == null;
  }

  @Override
  public String toString() {
    return name;
  }
}
