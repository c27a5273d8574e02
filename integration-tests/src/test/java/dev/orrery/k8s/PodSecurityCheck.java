package dev.orrery.k8s;

import dev.orrery.k8s.Check.Findings;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.Volume;
import java.util.List;
import java.util.Set;

/**
 * Checks the Pod Security profile "restricted", a read-only root file system, and that secrets are
 * in files which only the pod's group reads.
 */
final class PodSecurityCheck {
  /** Keys of Secrets that a variable may have. */
  private static final Set<String> NOT_SECRET = Set.of("app", "username");

  private static final int OTHERS = 07;

  private PodSecurityCheck() {}

  static void of(Overlay overlay, Findings findings) {
    for (Workload workload : overlay.workloads()) {
      pod(workload.name(), workload.pod(), findings);
      secrets(workload, findings);
      SecurityContext container = workload.container().getSecurityContext();
      if (container == null) {
        findings.add(workload.name() + " has no securityContext of its container");
      } else {
        container(workload.name(), container, findings);
      }
    }
  }

  private static void pod(String name, PodSpec pod, Findings findings) {
    PodSecurityContext context = pod.getSecurityContext();
    if (context == null) {
      findings.add(name + " has no securityContext of its pod");
      return;
    }
    findings.require(
        Boolean.TRUE.equals(context.getRunAsNonRoot()), name + " does not set runAsNonRoot");
    findings.require(
        context.getRunAsUser() != null && context.getRunAsUser() > 0,
        name + " names no user by its number, and a kubelet cannot check names");
    findings.require(
        context.getSeccompProfile() != null
            && "RuntimeDefault".equals(context.getSeccompProfile().getType()),
        name + " lacks the seccomp profile RuntimeDefault");
    findings.require(
        !Boolean.TRUE.equals(pod.getHostNetwork())
            && !Boolean.TRUE.equals(pod.getHostPID())
            && !Boolean.TRUE.equals(pod.getHostIPC()),
        name + " shares a namespace with its host");
    for (Volume volume : pod.getVolumes()) {
      findings.require(
          volume.getEmptyDir() != null
              || volume.getConfigMap() != null
              || volume.getSecret() != null
              || volume.getPersistentVolumeClaim() != null,
          name + " has a volume of another kind: " + volume.getName());
      findings.require(
          volume.getEmptyDir() == null || volume.getEmptyDir().getSizeLimit() != null,
          name + " may fill its node through the volume " + volume.getName());
    }
  }

  private static void secrets(Workload workload, Findings findings) {
    for (EnvVar entry : workload.container().getEnv()) {
      findings.require(
          entry.getValueFrom() == null
              || entry.getValueFrom().getSecretKeyRef() == null
              || NOT_SECRET.contains(entry.getValueFrom().getSecretKeyRef().getKey()),
          workload.name() + " has a secret in the variable " + entry.getName());
    }
    for (Volume volume : workload.pod().getVolumes()) {
      if (volume.getSecret() != null) {
        Integer mode = volume.getSecret().getDefaultMode();
        findings.require(
            mode != null && (mode & OTHERS) == 0,
            workload.name() + " lets every user read the Secret of the volume " + volume.getName());
        findings.require(
            workload.pod().getSecurityContext() != null
                && workload.pod().getSecurityContext().getFsGroup() != null,
            workload.name() + " has no group that may read the volume " + volume.getName());
      }
    }
  }

  private static void container(String name, SecurityContext context, Findings findings) {
    findings.require(
        Boolean.FALSE.equals(context.getAllowPrivilegeEscalation()),
        name + " allows the escalation of privileges");
    findings.require(
        Boolean.TRUE.equals(context.getReadOnlyRootFilesystem()),
        name + " can write to its root file system");
    findings.require(
        context.getCapabilities() != null
            && context.getCapabilities().getDrop().equals(List.of("ALL"))
            && context.getCapabilities().getAdd().isEmpty(),
        name + " does not drop all capabilities");
    findings.require(
        !Boolean.TRUE.equals(context.getPrivileged())
            && context.getRunAsUser() == null
            && context.getRunAsNonRoot() == null
            && context.getSeccompProfile() == null,
        name + " takes back in its container what its pod says");
  }
}
