package dev.orrery.k8s;

import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.port.PortPlan;
import dev.orrery.protocol.port.PortPlan.PlannedPort;
import dev.orrery.protocol.port.PortPlan.PowerJobGateway;
import dev.orrery.protocol.port.PortPlan.Situation;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The port plan for pods: replicas of a scheduler are in cluster mode. */
public final class PlannedPorts {
  private static final int POSTGRESQL = 5432;

  private PlannedPorts() {}

  /** Returns the listening ports of a workload, by their names in its pods. */
  public static Map<String, Integer> of(Workload workload, Overlay overlay) {
    if (workload.isDatabase()) {
      return Map.of("postgres", POSTGRESQL);
    }
    if (workload.isSetup()) {
      return Map.of();
    }
    Set<Protocol> spoken =
        workload.isAgent() ? Set.of(Protocol.parse(workload.protocol())) : overlay.protocols();
    PowerJobGateway powerJob = workload.isAgent() ? PowerJobGateway.NONE : overlay.powerJob();
    String side = workload.isAgent() ? "agent" : "scheduler";
    Map<String, Integer> ports = new TreeMap<>();
    for (PlannedPort port :
        PortPlan.of(overlay.numbers(), new Situation(spoken, true, powerJob, Map.of()))) {
      if (port.open() && port.side().equals(side)) {
        ports.put(inPod(port.name()), port.number());
      }
    }
    return ports;
  }

  /** Returns the port name inside a pod: Kubernetes allows at most fifteen characters. */
  static String inPod(String planned) {
    return planned.equals("agent-management") ? "management" : planned;
  }
}
