package dev.orrery.k8s;

import dev.orrery.k8s.Check.Findings;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Checks that ports of containers, Services and probes match the port plan exactly. */
final class PortsCheck {
  /** Peers learn these addresses of the pods from us and dial them directly, without a Service. */
  private static final Set<String> WITHOUT_SERVICE =
      Set.of("akka", "powerjob-akka", "cluster", "worker");

  private static final Map<String, String> PROBED =
      Map.of(
          "startup",
          "/q/health/started",
          "liveness",
          "/q/health/live",
          "readiness",
          "/q/health/ready");

  private PortsCheck() {}

  static void of(Overlay overlay, Findings findings) {
    for (Workload workload : overlay.workloads()) {
      Map<String, Integer> planned = PlannedPorts.of(workload, overlay);
      Map<String, Integer> declared = new TreeMap<>();
      for (ContainerPort port : workload.container().getPorts()) {
        declared.put(port.getName(), port.getContainerPort());
      }
      findings.require(
          declared.equals(planned),
          workload.name() + " has ports " + declared + ", the plan says " + planned);
      services(overlay, workload, planned, findings);
      if (!workload.isDatabase() && !workload.isSetup()) {
        probes(workload, findings);
      }
    }
  }

  private static void services(
      Overlay overlay, Workload workload, Map<String, Integer> planned, Findings findings) {
    Set<String> served = new TreeSet<>();
    for (Service service : overlay.all(Service.class)) {
      if (!workload.labels().entrySet().containsAll(service.getSpec().getSelector().entrySet())) {
        continue;
      }
      for (ServicePort port : service.getSpec().getPorts()) {
        String name = service.getMetadata().getName() + " port " + port.getPort();
        String target = targetName(port.getTargetPort());
        served.add(target);
        findings.require(
            port.getPort().equals(planned.get(target)),
            "Service " + name + " leads to " + target + ", which the plan does not have there");
        findings.require(
            port.getName().equals(target) && !WITHOUT_SERVICE.contains(target),
            "Service " + name + " is called " + port.getName() + " and leads to " + target);
      }
    }
    Set<String> expected = new TreeSet<>(planned.keySet());
    expected.removeAll(WITHOUT_SERVICE);
    findings.require(
        served.equals(expected),
        workload.name() + ": Services lead to " + served + ", and should to " + expected);
  }

  private static String targetName(IntOrString target) {
    return target == null || target.getStrVal() == null ? "no name" : target.getStrVal();
  }

  private static void probes(Workload workload, Findings findings) {
    Map<String, Probe> probes = new HashMap<>();
    probes.put("startup", workload.container().getStartupProbe());
    probes.put("liveness", workload.container().getLivenessProbe());
    probes.put("readiness", workload.container().getReadinessProbe());
    probes.forEach(
        (name, probe) -> {
          String what = workload.name() + ": the " + name + " probe";
          if (probe == null || probe.getHttpGet() == null) {
            findings.add(what + " is missing");
            return;
          }
          findings.require(
              "management".equals(targetName(probe.getHttpGet().getPort())),
              what + " asks another port than management");
          findings.require(
              PROBED.get(name).equals(probe.getHttpGet().getPath()),
              what + " asks " + probe.getHttpGet().getPath());
        });
  }
}
