package dev.orrery.k8s.net;

import dev.orrery.k8s.policy.Peer;

/**
 * A client and target of connections: a pod of a peer, or an external address.
 *
 * @param name unique; pods of one peer are numbered
 */
record Endpoint(String name, Peer peer, String address) {
  @Override
  public String toString() {
    return name;
  }
}
