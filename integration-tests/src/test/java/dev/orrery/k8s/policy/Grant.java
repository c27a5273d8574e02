package dev.orrery.k8s.policy;

import java.util.ArrayList;
import java.util.List;

/**
 * What one rule opens, or one line of a plan: all of the peers, at all of the ports.
 *
 * @param by who opens it, for messages
 * @param pods whose direction it opens
 */
public record Grant(String by, Direction direction, Selector pods, Peers peers, Ports ports) {

  /** Returns the part of the grants that no other one covers. */
  public static List<Grant> left(List<Grant> grants, List<Grant> others) {
    List<Grant> left = grants;
    for (Grant other : others) {
      left = left.stream().flatMap(grant -> grant.minus(other).stream()).toList();
    }
    return left;
  }

  /** Returns at least what the other one does not cover. */
  private List<Grant> minus(Grant other) {
    if (direction != other.direction || !pods.isWithin(other.pods)) {
      return List.of(this);
    }
    Peers others = peers.minus(other.peers);
    Peers common = peers.minus(others);
    Ports left = ports.minus(other.ports);
    List<Grant> parts = new ArrayList<>();
    if (!others.isEmpty()) {
      parts.add(new Grant(by, direction, pods, others, ports));
    }
    if (!common.isEmpty() && !left.isEmpty()) {
      parts.add(new Grant(by, direction, pods, common, left));
    }
    return parts;
  }

  @Override
  public String toString() {
    String own = "pods " + pods;
    return by
        + ": "
        + (direction == Direction.EGRESS ? own + " -> " + peers : peers + " -> " + own)
        + " "
        + ports
        + " ("
        + direction
        + ")";
  }
}
