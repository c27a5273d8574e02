package dev.orrery.k8s;

import dev.orrery.k8s.Check.Findings;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.SecretKeySelector;
import io.fabric8.kubernetes.api.model.SecretVolumeSource;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Checks that referenced objects exist, or that a page of docs/ shows how to create them. */
final class ReferencesCheck {
  /** Matches a command over several lines. */
  private static final Pattern SECRET =
      Pattern.compile("create secret generic (\\S+)((?:.*\\\\\n)*.*)");

  private static final Pattern TLS_SECRET = Pattern.compile("create secret tls (\\S+) ");

  private static final Pattern KEY = Pattern.compile("--from-literal=([a-z-]+)=");

  /** Created by the Job of the quickstart, whose code has its own test. */
  private static final Set<String> MADE_BY_SETUP =
      Set.of(
          "orrery-quickstart/admin-token",
          "orrery-quickstart/cluster-secret",
          "orrery-quickstart/jdbc-url",
          "orrery-quickstart/username",
          "orrery-quickstart/password",
          "orrery-quickstart-agent/app",
          "orrery-quickstart-agent/token");

  private ReferencesCheck() {}

  static void of(Overlay overlay, Findings findings) {
    String namespace = overlay.objects().get(0).getMetadata().getNamespace();
    for (HasMetadata object : overlay.objects()) {
      findings.require(
          String.valueOf(object.getMetadata().getNamespace()).equals(namespace),
          object.getKind() + " " + object.getMetadata().getName() + " is in another namespace");
    }
    Set<String> documented = documentedSecretKeys();
    if (overlay.workloads().stream().anyMatch(Workload::isSetup)) {
      SetupCheck.of(overlay, MADE_BY_SETUP, findings);
      documented.addAll(MADE_BY_SETUP);
    }
    for (Workload workload : overlay.workloads()) {
      account(overlay, workload, findings);
      configuration(overlay, workload, documented, findings);
      volumes(overlay, workload, documented, findings);
    }
  }

  private static void account(Overlay overlay, Workload workload, Findings findings) {
    String account = workload.pod().getServiceAccountName();
    findings.require(
        Boolean.valueOf(workload.isSetup())
            .equals(workload.pod().getAutomountServiceAccountToken()),
        workload.name()
            + (workload.isSetup() ? " has no token in its pod" : " mounts a token into its pods"));
    findings.require(
        overlay
            .find(ServiceAccount.class, account)
            .filter(found -> Boolean.FALSE.equals(found.getAutomountServiceAccountToken()))
            .isPresent(),
        workload.name() + ": no ServiceAccount " + account + " that mounts no token");
  }

  private static void configuration(
      Overlay overlay, Workload workload, Set<String> documented, Findings findings) {
    workload
        .container()
        .getEnvFrom()
        .forEach(
            from ->
                findings.require(
                    overlay.find(ConfigMap.class, from.getConfigMapRef().getName()).isPresent(),
                    workload.name() + ": no ConfigMap " + from.getConfigMapRef().getName()));
    for (EnvVar entry : workload.container().getEnv()) {
      if (entry.getValueFrom() != null && entry.getValueFrom().getSecretKeyRef() != null) {
        SecretKeySelector secret = entry.getValueFrom().getSecretKeyRef();
        key(workload, secret.getName(), secret.getKey(), documented, findings);
      }
    }
  }

  private static void key(
      Workload workload, String secret, String key, Set<String> documented, Findings findings) {
    findings.require(
        documented.contains(secret + "/" + key),
        workload.name()
            + ": no page of docs/ says how to make the key "
            + key
            + " of the Secret "
            + secret);
  }

  private static void volumes(
      Overlay overlay, Workload workload, Set<String> documented, Findings findings) {
    Set<String> volumes = new TreeSet<>();
    for (Volume volume : workload.pod().getVolumes()) {
      volumes.add(volume.getName());
      SecretVolumeSource secret = volume.getSecret();
      if (secret != null) {
        secret
            .getItems()
            .forEach(
                item -> key(workload, secret.getSecretName(), item.getKey(), documented, findings));
      }
      findings.require(
          secret == null
              || !secret.getItems().isEmpty()
              || documented.contains(secret.getSecretName() + "/tls.crt")
              || (Boolean.TRUE.equals(secret.getOptional())
                  && documented.stream()
                      .anyMatch(key -> key.startsWith(secret.getSecretName() + "/"))),
          workload.name()
              + ": no page of docs/ says how to make the Secret of the volume "
              + volume.getName());
    }
    overlay
        .find(StatefulSet.class, workload.name())
        .ifPresent(
            set ->
                set.getSpec()
                    .getVolumeClaimTemplates()
                    .forEach(claim -> volumes.add(claim.getMetadata().getName())));
    Set<String> mounted = new TreeSet<>();
    for (VolumeMount mount : workload.container().getVolumeMounts()) {
      mounted.add(mount.getName());
    }
    findings.require(
        volumes.equals(mounted),
        workload.name() + " has volumes " + volumes + " and mounts " + mounted);
  }

  /** Returns keys as {@code NAME/KEY}. */
  private static Set<String> documentedSecretKeys() {
    Set<String> keys = new TreeSet<>();
    Matcher secret = SECRET.matcher(KubernetesPages.text());
    while (secret.find()) {
      Matcher key = KEY.matcher(secret.group(2));
      while (key.find()) {
        keys.add(secret.group(1) + "/" + key.group(1));
      }
    }
    Matcher tls = TLS_SECRET.matcher(KubernetesPages.text());
    while (tls.find()) {
      keys.add(tls.group(1) + "/tls.crt");
      keys.add(tls.group(1) + "/tls.key");
    }
    return keys;
  }
}
