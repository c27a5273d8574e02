package dev.orrery.k8s.policy;

import java.util.Set;
import java.util.TreeSet;

/**
 * A set of values that a label may have.
 *
 * @param absent whether the label may be missing
 * @param others whether {@code named} are the values that are left out; otherwise, the only ones
 */
record Values(boolean absent, boolean others, Set<String> named) {
  static final Values ANY = new Values(true, true, Set.of());

  Values {
    named = Set.copyOf(named);
  }

  static Values in(Set<String> values) {
    return new Values(false, false, values);
  }

  /**
   * @throws IllegalArgumentException for an operator that Kubernetes does not have
   */
  static Values of(String operator, Set<String> values) {
    return switch (operator) {
      case "In" -> in(values);
      case "NotIn" -> new Values(true, true, values);
      case "Exists" -> new Values(false, true, Set.of());
      case "DoesNotExist" -> new Values(true, false, Set.of());
      default -> throw new IllegalArgumentException("unknown operator: " + operator);
    };
  }

  /**
   * @param value null for a missing label
   */
  boolean contains(String value) {
    return value == null ? absent : others != named.contains(value);
  }

  Values and(Values other) {
    Set<String> both = new TreeSet<>(named);
    if (others && other.others) {
      both.addAll(other.named);
    } else {
      if (others) {
        both.addAll(other.named);
      }
      both.removeIf(value -> !contains(value) || !other.contains(value));
    }
    return new Values(absent && other.absent, others && other.others, both);
  }

  boolean isEmpty() {
    return !absent && !others && named.isEmpty();
  }

  boolean isWithin(Values other) {
    return (!absent || other.absent)
        && (others
            ? other.others && named.containsAll(other.named)
            : named.stream().allMatch(other::contains));
  }

  String toString(String label) {
    String values = String.join("|", new TreeSet<>(named));
    if (!others) {
      return absent ? "!" + label : label + "=" + values;
    }
    return label + (named.isEmpty() ? (absent ? "=*" : "") : "!=" + values);
  }
}
