package dev.orrery.scheduler.engine.agreement;

import dev.orrery.protocol.Dialect;
import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.VersionRange;
import dev.orrery.protocol.agreement.SchedulerProtocols;
import dev.orrery.scheduler.base.database.DatabaseReachability;
import dev.orrery.scheduler.base.lifecycle.GracefulShutdown;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Compares the protocols of this replica with the protocols that the other replicas and the workers
 * need.
 */
@ApplicationScoped
public class AgreementState {
  private final SchedulerProtocols protocols;
  private final ProtocolRequirement required;
  private final PortRegistry ports;
  private final GracefulShutdown leaving;
  private final DatabaseReachability database;
  private final Set<Protocol> ofPowerJob;
  private volatile boolean decided = true;
  private volatile List<VersionRange> before = List.of();
  private volatile List<ReplicaDifference> differences = List.of();

  AgreementState(
      SchedulerProtocols protocols,
      ProtocolRequirement required,
      PortRegistry ports,
      GracefulShutdown leaving,
      DatabaseReachability database,
      OtherDialects dialects) {
    this.protocols = protocols;
    this.required = required;
    this.ports = ports;
    this.leaving = leaving;
    this.database = database;
    this.ofPowerJob = dialects.protocols(Dialect.POWERJOB);
  }

  public SchedulerProtocols protocols() {
    return protocols;
  }

  public Protocol recordedMain() {
    return required.main();
  }

  int skewedSessions() {
    return required.skewedSessions();
  }

  /** Returns the reasons why this replica must not serve; empty if it is ready. */
  public List<NotReadyReason> unready() {
    Set<Protocol> bound =
        protocols.active().stream().filter(ports::isBound).collect(Collectors.toSet());
    return ReadinessRule.evaluate(
        new ReadinessRule.Facts(
            protocols,
            leaving.hasBegun(),
            bound,
            required.main(),
            required.inUse(),
            ofPowerJob,
            required.powerJobInUse(),
            decided,
            before,
            database.outage()));
  }

  /** Makes this replica unready until {@link #seniorVersions} sets the versions of its seniors. */
  public void undecided() {
    decided = false;
  }

  /**
   * Sets the API versions of the senior replicas; this one must have a version in common with each.
   */
  public void seniorVersions(List<VersionRange> versions) {
    before = List.copyOf(versions);
    decided = true;
  }

  public void differences(List<ReplicaDifference> found) {
    differences = List.copyOf(found);
  }

  List<ReplicaDifference> differences() {
    return differences;
  }
}
