package dev.orrery.k8s.policy;

import java.util.Locale;

/** What a policy closes for its pods. */
public enum Direction {
  INGRESS,
  EGRESS;

  /** The name in {@code policyTypes}. */
  String type() {
    return this == INGRESS ? "Ingress" : "Egress";
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
