package dev.orrery.scheduler.edge.cluster;

import dev.orrery.scheduler.engine.agreement.ReplicaDifference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Finds differences between replicas that operators should know, although all of them can serve.
 */
final class ReplicaComparison {
  /** Deadlines use the database's clock, so a skew only makes logs hard to read. */
  private static final long TOLERATED_SKEW_MILLIS = Duration.ofSeconds(1).toMillis();

  private ReplicaComparison() {}

  /**
   * Returns the differences between this replica and the other live ones, in the order of {@code
   * others}.
   *
   * @param linkStates the states of the links to their cluster ports
   */
  static List<ReplicaDifference> of(
      Replica own, List<Replica> others, Map<UUID, LinkState> linkStates) {
    List<ReplicaDifference> found = new ArrayList<>();
    for (Replica other : others) {
      if (other.live()) {
        port(found, other, linkStates.getOrDefault(other.id(), LinkState.NOT_YET));
        differs(
            found,
            other,
            "SOFTWARE_DIFFERS",
            "software",
            own.spoken().softwareVersion(),
            other.spoken().softwareVersion());
        differs(
            found,
            other,
            "SCHEMA_DIFFERS",
            "schema step",
            own.spoken().schemaVersion(),
            other.spoken().schemaVersion());
        differs(
            found,
            other,
            "PROTOCOLS_DIFFER",
            "orrery.protocols.active",
            own.spoken().protocols().stream().sorted().toList(),
            other.spoken().protocols().stream().sorted().toList());
        differs(
            found,
            other,
            "MAIN_DIFFERS",
            "orrery.protocols.main",
            own.spoken().main(),
            other.spoken().main());
        differs(
            found,
            other,
            "VERSIONS_DIFFER",
            "API versions",
            own.spoken().versions(),
            other.spoken().versions());
        clock(found, own, other);
      }
    }
    return found;
  }

  private static void port(List<ReplicaDifference> found, Replica other, LinkState linkState) {
    String port = "Its cluster port " + other.address().replaceAll(".*:", "");
    switch (linkState.state()) {
      case NOT_YET, REACHED -> {
        // No difference.
      }
      case UNREACHABLE ->
          found.add(
              new ReplicaDifference(
                  "CLUSTER_PORT_UNREACHABLE",
                  other.shortName(),
                  port
                      + " does not answer, so hints go through the database, which is slower. Open"
                      + " it (orrery.cluster.port), or correct orrery.cluster.advertised-address"
                      + " there."));
      case SECRET_DIFFERS ->
          found.add(
              new ReplicaDifference(
                  "CLUSTER_SECRET_DIFFERS",
                  other.shortName(),
                  port + " does not know our secret. Set the same orrery.cluster.secret on all."));
      case ADDRESS_TAKEN ->
          found.add(
              new ReplicaDifference(
                  "CLUSTER_ADDRESS_TAKEN",
                  other.shortName(),
                  port
                      + " is answered by another replica. Correct"
                      + " orrery.cluster.advertised-address there."));
    }
  }

  private static void differs(
      List<ReplicaDifference> found,
      Replica other,
      String code,
      String what,
      Object own,
      Object its) {
    if (!own.equals(its)) {
      found.add(
          new ReplicaDifference(
              code, other.shortName(), what + ": " + own + " here, " + its + " there"));
    }
  }

  private static void clock(List<ReplicaDifference> found, Replica own, Replica other) {
    long skew = other.clockOffsetMillis() - own.clockOffsetMillis();
    if (Math.abs(skew) > TOLERATED_SKEW_MILLIS) {
      found.add(
          new ReplicaDifference(
              "CLOCK_DIFFERS",
              other.shortName(),
              "Its clock is " + Math.abs(skew) + " ms " + (skew > 0 ? "ahead" : "behind")));
    }
  }
}
