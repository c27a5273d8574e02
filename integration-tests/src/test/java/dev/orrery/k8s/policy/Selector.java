package dev.orrery.k8s.policy;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A Kubernetes selector, or the set of all labels that it matches: an empty one matches everything.
 *
 * @param wanted values by label
 */
public record Selector(Map<String, Values> wanted) {
  public static final Selector ALL = new Selector(Map.of());

  public Selector {
    wanted = Map.copyOf(wanted);
  }

  public static Selector of(Map<String, String> labels) {
    Map<String, Values> wanted = new HashMap<>();
    labels.forEach((label, value) -> wanted.put(label, Values.in(Set.of(value))));
    return new Selector(wanted);
  }

  /**
   * @throws IllegalArgumentException for an operator that Kubernetes does not have
   */
  static Selector of(LabelSelector selector) {
    Map<String, Values> wanted = new HashMap<>(of(selector.getMatchLabels()).wanted);
    for (LabelSelectorRequirement one : selector.getMatchExpressions()) {
      wanted.merge(
          one.getKey(), Values.of(one.getOperator(), Set.copyOf(one.getValues())), Values::and);
    }
    return new Selector(wanted);
  }

  /**
   * @throws IllegalArgumentException for an operator that Kubernetes does not have
   */
  public static boolean matches(LabelSelector selector, Map<String, String> labels) {
    return of(selector).matches(labels);
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

  public boolean matches(Map<String, String> labels) {
    return wanted.entrySet().stream()
        .allMatch(one -> one.getValue().contains(labels.get(one.getKey())));
  }

  /** Returns true if the other one matches whatever this one matches. */
  public boolean isWithin(Selector other) {
    return wanted.values().stream().anyMatch(Values::isEmpty)
        || other.wanted.entrySet().stream()
            .allMatch(
                one -> wanted.getOrDefault(one.getKey(), Values.ANY).isWithin(one.getValue()));
  }

  /** Returns one selector for each listed value, which together match the same. */
  List<Selector> alternatives() {
    for (Map.Entry<String, Values> one : wanted.entrySet()) {
      Set<String> named = one.getValue().named();
      if (!one.getValue().others() && named.size() > 1) {
        return named.stream()
            .map(value -> with(one.getKey(), Values.in(Set.of(value))))
            .flatMap(narrowed -> narrowed.alternatives().stream())
            .toList();
      }
    }
    return List.of(this);
  }

  private Selector with(String label, Values values) {
    Map<String, Values> changed = new HashMap<>(wanted);
    changed.put(label, values);
    return new Selector(changed);
  }

  @Override
  public String toString() {
    return new TreeMap<>(wanted)
        .entrySet().stream()
            .map(one -> one.getValue().toString(one.getKey()))
            .collect(Collectors.joining(",", "{", "}"));
  }
}
