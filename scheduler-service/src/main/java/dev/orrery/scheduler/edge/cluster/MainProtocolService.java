package dev.orrery.scheduler.edge.cluster;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.agreement.SchedulerProtocols;
import dev.orrery.protocol.message.ProblemDetail;
import dev.orrery.scheduler.base.hint.OtherReplicas;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.engine.agreement.ProtocolRequirement;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.jboss.logging.Logger;

/** Changes the main protocol, which every replica must have active. */
@ApplicationScoped
class MainProtocolService {
  private static final Logger LOG = Logger.getLogger(MainProtocolService.class);

  private final ReplicaStore store;
  private final SchedulerProtocols protocols;
  private final ProtocolRequirement required;
  private final ClusterMode mode;

  MainProtocolService(
      ReplicaStore store,
      SchedulerProtocols protocols,
      ProtocolRequirement required,
      ClusterMode mode) {
    this.store = store;
    this.protocols = protocols;
    this.required = required;
    this.mode = mode;
  }

  /**
   * Records the main protocol; blocks. The other replicas see it within two seconds.
   *
   * @return the main protocol before
   * @throws ProblemException {@code PROTOCOL_MISMATCH} if a ready replica lacks it, or if unknown
   *     replicas use this database; nothing is changed then
   */
  Protocol change(Protocol main) {
    Protocol before =
        store.changeMain(
            main,
            OtherReplicas.APPLICATION_NAME,
            (live, listeners) -> requireEverywhere(main, live, listeners));
    required.mainProtocolChanged(main);
    if (before != main) {
      LOG.infof(
          "Main protocol changed: from=%s to=%s", before.canonicalName(), main.canonicalName());
    }
    return before;
  }

  private void requireEverywhere(Protocol main, List<Replica> live, int listeners) {
    if (!protocols.active().contains(main)) {
      throw lacks(main, "this replica");
    }
    live.stream()
        .filter(Replica::isReady)
        .filter(replica -> !replica.spoken().protocols().contains(main.canonicalName()))
        .findFirst()
        .ifPresent(
            replica -> {
              throw lacks(main, "replica " + replica.shortName() + " at " + replica.address());
            });
    int known = mode.isOn() ? live.size() : 1;
    if (listeners > known) {
      throw mismatch(
          (listeners - known)
              + " other replicas use this database without cluster mode, so their protocols are not"
              + " known.",
          "orrery.cluster.enabled=true on all replicas");
    }
  }

  private static ProblemException lacks(Protocol main, String who) {
    String name = main.canonicalName();
    return mismatch(
        "'" + name + "' is not active on " + who + ", which would not be ready any more.",
        "orrery.protocols.active: add " + name + " on " + who);
  }

  private static ProblemException mismatch(String detail, String settingToChange) {
    return new ProblemException(
        new ProblemDetail(
            null,
            null,
            ErrorCode.PROTOCOL_MISMATCH.status(),
            ErrorCode.PROTOCOL_MISMATCH,
            detail,
            "protocol",
            null,
            null,
            "scheduler: " + settingToChange));
  }
}
