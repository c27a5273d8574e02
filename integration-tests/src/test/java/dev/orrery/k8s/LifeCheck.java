package dev.orrery.k8s;

import dev.orrery.k8s.Check.Findings;
import dev.orrery.k8s.policy.Selector;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/** Checks that pods get their resources, are replaced gracefully, and may finish their work. */
final class LifeCheck {
  /** The margin on top of a program's own time-outs. */
  private static final Duration SPARE = Duration.ofSeconds(10);

  private LifeCheck() {}

  static void of(Overlay overlay, Findings findings) {
    for (Workload workload : overlay.workloads()) {
      resources(workload, findings);
      Duration needed = needed(overlay, workload);
      Duration granted = Duration.ofSeconds(workload.pod().getTerminationGracePeriodSeconds());
      findings.require(
          granted.compareTo(needed.plus(SPARE)) >= 0,
          workload.name() + " is killed after " + granted + " and may take " + needed);
      findings.require(
          workload.isDatabase()
              || workload.isSetup()
              || overlay.all(PodDisruptionBudget.class).stream()
                  .anyMatch(
                      budget ->
                          Selector.matches(budget.getSpec().getSelector(), workload.labels())),
          workload.name() + " has no PodDisruptionBudget");
    }
    for (Deployment deployment : overlay.all(Deployment.class)) {
      updates(deployment, findings);
    }
  }

  private static void resources(Workload workload, Findings findings) {
    ResourceRequirements resources = workload.container().getResources();
    Set<String> both = Set.of("cpu", "memory");
    findings.require(
        resources != null
            && resources.getRequests().keySet().equals(both)
            && resources.getLimits().keySet().equals(both),
        workload.name() + " does not say what it needs of cpu and memory, and at most");
    if (resources != null) {
      resources
          .getRequests()
          .forEach(
              (name, request) -> {
                Quantity limit = resources.getLimits().get(name);
                findings.require(
                    limit != null
                        && request.getNumericalAmount().compareTo(limit.getNumericalAmount()) <= 0,
                    workload.name() + " requests more " + name + " than its limit");
              });
    }
  }

  /** Returns the time to stop, by the settings of the programs. */
  private static Duration needed(Overlay overlay, Workload workload) {
    if (workload.isScheduler()) {
      return seconds(overlay, workload, "ORRERY_SHUTDOWN_DELAY", 5)
          .plus(seconds(overlay, workload, "ORRERY_SHUTDOWN_TIMEOUT", 10));
    }
    if (workload.isAgent()) {
      return seconds(overlay, workload, "ORRERY_WORKER_DRAIN_TIMEOUT", 30)
          .plus(seconds(overlay, workload, "ORRERY_WORKER_KILL_GRACE_PERIOD", 10));
    }
    return SPARE;
  }

  private static Duration seconds(Overlay overlay, Workload workload, String name, int otherwise) {
    return overlay
        .setting(workload, name)
        .map(value -> Duration.parse("PT" + value))
        .orElse(Duration.ofSeconds(otherwise));
  }

  private static void updates(Deployment deployment, Findings findings) {
    String name = deployment.getMetadata().getName();
    var update = deployment.getSpec().getStrategy().getRollingUpdate();
    findings.require(
        update != null && isZero(update.getMaxUnavailable()),
        name + " takes pods away before their successors are ready");
    Map<String, String> labels = deployment.getSpec().getTemplate().getMetadata().getLabels();
    findings.require(
        !deployment.getSpec().getTemplate().getSpec().getTopologySpreadConstraints().isEmpty(),
        name + " may have all of its pods on one node: " + labels);
  }

  private static boolean isZero(IntOrString value) {
    return value != null && Integer.valueOf(0).equals(value.getIntVal());
  }
}
