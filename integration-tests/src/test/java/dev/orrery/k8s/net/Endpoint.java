package dev.orrery.k8s.net;

import dev.orrery.k8s.policy.Peer;

/**
 * One that dials and is dialled: a pod of a peer, or an address that is no pod's.
 *
 * @param name its own; pods of one peer are numbered
 */
record Endpoint(String name, Peer peer, String address) {
  @Override
  public String toString() {
    return name;
  }
}
