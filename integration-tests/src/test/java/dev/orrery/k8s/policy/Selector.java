package dev.orrery.k8s.policy;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import java.util.Map;

/** Kubernetes selectors: an empty one matches everything. */
public final class Selector {
  private Selector() {}

  /**
   * @throws IllegalArgumentException for an operator that the manifests do not use
   */
  public static boolean matches(LabelSelector selector, Map<String, String> labels) {
    return labels.entrySet().containsAll(selector.getMatchLabels().entrySet())
        && selector.getMatchExpressions().stream().allMatch(wanted -> matches(wanted, labels));
  }

  /**
   * Returns true if a rule's selectors match a peer, which must be a pod.
   *
   * @param own labels of the policy's namespace, the default
   */
  public static boolean matches(NetworkPolicyPeer named, Map<String, String> own, Peer peer) {
    if (!peer.isPod()) {
      return false;
    }
    boolean inNamespace =
        named.getNamespaceSelector() == null
            ? own.equals(peer.namespace())
            : matches(named.getNamespaceSelector(), peer.namespace());
    return inNamespace
        && (named.getPodSelector() == null || matches(named.getPodSelector(), peer.labels()));
  }

  private static boolean matches(LabelSelectorRequirement wanted, Map<String, String> labels) {
    if (!wanted.getOperator().equals("In")) {
      throw new IllegalArgumentException("unknown operator: " + wanted.getOperator());
    }
    return wanted.getValues().contains(labels.get(wanted.getKey()));
  }
}
