package dev.orrery.scheduler.engine.agreement;

import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.VersionRange;
import dev.orrery.protocol.agreement.SchedulerProtocols;
import dev.orrery.scheduler.base.database.OutageCause;
import dev.orrery.scheduler.engine.agreement.NotReadyReason.Code;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Decides whether a replica may serve, and returns the reasons if it may not. This is a pure rule.
 */
final class ReadinessRule {
  private ReadinessRule() {}

  /**
   * The facts on which the rule decides.
   *
   * @param stopping whether this replica was told to stop
   * @param bound protocols whose listener is bound
   * @param recordedMain the main protocol that the replicas share
   * @param inUse protocols of live sessions, and of sessions that expired within {@link
   *     AgreementConfig#requiredWindow}
   * @param ofPowerJob protocols over which this replica serves PowerJob workers
   * @param powerJobInUse protocols of live sessions of PowerJob workers
   * @param decided whether the senior replicas are known
   * @param before the API versions of the senior replicas
   * @param outage the reason why the database takes no writes
   */
  record Facts(
      SchedulerProtocols own,
      boolean stopping,
      Set<Protocol> bound,
      Protocol recordedMain,
      Set<Protocol> inUse,
      Set<Protocol> ofPowerJob,
      Set<Protocol> powerJobInUse,
      boolean decided,
      List<VersionRange> before,
      Optional<OutageCause> outage) {}

  /** Returns the reasons in the order in which to remove them; empty if the replica may serve. */
  static List<NotReadyReason> evaluate(Facts facts) {
    List<NotReadyReason> reasons = new ArrayList<>();
    if (facts.stopping()) {
      reasons.add(new NotReadyReason(Code.STOPPING, "This replica was told to stop.", "none"));
    }
    if (!facts.decided()) {
      reasons.add(undecided(facts.outage()));
    }
    List<Protocol> active = facts.own().active();
    List<Protocol> unbound =
        active.stream().filter(protocol -> !facts.bound().contains(protocol)).toList();
    if (!unbound.isEmpty()) {
      reasons.add(
          new NotReadyReason(
              Code.NOT_LISTENING,
              "The port of " + names(unbound) + " is not bound.",
              unbound.stream()
                  .map(protocol -> "orrery.protocols." + protocol.canonicalName() + ".port")
                  .collect(Collectors.joining(", "))));
    }
    lacking(facts).ifPresent(reasons::add);
    List<Protocol> unserved =
        facts.powerJobInUse().stream()
            .filter(protocol -> !facts.ofPowerJob().contains(protocol))
            .sorted()
            .toList();
    if (!unserved.isEmpty()) {
      reasons.add(
          new NotReadyReason(
              Code.LACKS_DIALECT,
              "PowerJob workers have sessions over "
                  + names(unserved)
                  + ", and this replica does not serve them.",
              facts.ofPowerJob().isEmpty()
                  ? "orrery.powerjob.enabled=true"
                  : "orrery.powerjob.protocols: add " + names(unserved)));
    }
    facts.before().stream()
        .filter(versions -> versions.highestShared(facts.own().versions()).isEmpty())
        .findFirst()
        .ifPresent(
            versions ->
                reasons.add(
                    new NotReadyReason(
                        Code.VERSIONS_DISJOINT,
                        "This replica supports the API versions "
                            + facts.own().versions()
                            + ", a senior replica supports "
                            + versions
                            + ".",
                        "none: run releases that have an API version in common")));
    return List.copyOf(reasons);
  }

  private static NotReadyReason undecided(Optional<OutageCause> outage) {
    return outage
        .map(
            cause ->
                new NotReadyReason(
                    Code.DATABASE_OUTAGE,
                    "The replica joins the others again when the database takes writes; now "
                        + cause.reason()
                        + ".",
                    "none: see the check 'database'"))
        .orElse(
            new NotReadyReason(
                Code.STARTING,
                "The protocols of the other replicas are not known yet.",
                "none: wait"));
  }

  private static Optional<NotReadyReason> lacking(Facts facts) {
    boolean lacksMain = !facts.own().active().contains(facts.recordedMain());
    List<Protocol> lackingInUse =
        facts.inUse().stream()
            .filter(protocol -> !facts.own().active().contains(protocol))
            .filter(protocol -> protocol != facts.recordedMain())
            .sorted()
            .toList();
    if (!lacksMain && lackingInUse.isEmpty()) {
      return Optional.empty();
    }
    List<Protocol> lacking = new ArrayList<>(lackingInUse);
    List<String> why = new ArrayList<>();
    if (lacksMain) {
      lacking.add(0, facts.recordedMain());
      why.add(facts.recordedMain().canonicalName() + " is the main protocol on record");
    }
    if (!lackingInUse.isEmpty()) {
      why.add(
          names(lackingInUse)
              + (lackingInUse.size() == 1 ? " is" : " are")
              + " in use by sessions, or was until a short while ago");
    }
    return Optional.of(
        new NotReadyReason(
            Code.LACKS_PROTOCOL,
            "Not active here: " + String.join("; ", why) + ".",
            "orrery.protocols.active: add " + names(lacking)));
  }

  private static String names(List<Protocol> protocols) {
    return protocols.stream().map(Protocol::canonicalName).collect(Collectors.joining(","));
  }
}
