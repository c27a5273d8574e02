package dev.orrery.k8s.policy;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import java.util.Map;

/** Kubernetes' selectors: an empty one matches everything. */
public final class Selector {
  private Selector() {}

  /**
   * @throws IllegalArgumentException for an operator that the manifests do not use
   */
  public static boolean matches(LabelSelector selector, Map<String, String> labels) {
    return labels.entrySet().containsAll(selector.getMatchLabels().entrySet())
        && selector.getMatchExpressions().stream().allMatch(wanted -> matches(wanted, labels));
  }

  private static boolean matches(LabelSelectorRequirement wanted, Map<String, String> labels) {
    if (!wanted.getOperator().equals("In")) {
      throw new IllegalArgumentException("unknown operator: " + wanted.getOperator());
    }
    return wanted.getValues().contains(labels.get(wanted.getKey()));
  }
}
