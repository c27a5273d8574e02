package dev.orrery.k8s;

import dev.orrery.it.harness.Postgres;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarSource;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.SecretVolumeSource;
import io.fabric8.kubernetes.api.model.Volume;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The environment of a pod's container, as a kubelet creates it. */
public final class PodEnvironment {
  private static final Pattern REFERENCE = Pattern.compile("\\$\\((\\w+)\\)");

  private PodEnvironment() {}

  /** Returns the Secrets that exist before the first start; mutable. */
  public static Map<String, String> secrets(Postgres database, String adminToken) {
    Map<String, String> secrets = new HashMap<>();
    secrets.put("orrery-database/jdbc-url", database.url());
    secrets.put("orrery-database/username", Postgres.USER);
    secrets.put("orrery-database/password", Postgres.PASSWORD);
    secrets.put("orrery-scheduler/admin-token", adminToken);
    secrets.put("orrery-scheduler/cluster-secret", "cluster-secret-of-a-test-of-pods");
    return secrets;
  }

  /**
   * @param secrets values by the name of the Secret, a slash and the key
   * @param address of the pod
   * @param directory for the files of the Secrets that the pod mounts, under which their settings
   *     name them
   * @throws IllegalArgumentException for an entry from any other source
   */
  public static Map<String, String> of(
      Overlay overlay,
      Workload workload,
      Map<String, String> secrets,
      String address,
      Path directory) {
    Map<String, String> environment = new HashMap<>();
    for (EnvFromSource from : workload.container().getEnvFrom()) {
      environment.putAll(
          overlay.find(ConfigMap.class, from.getConfigMapRef().getName()).orElseThrow().getData());
    }
    for (EnvVar entry : workload.container().getEnv()) {
      String value = entry.getValue();
      environment.put(
          entry.getName(),
          value == null
              ? value(overlay, entry.getValueFrom(), secrets, address)
              : expanded(value, environment));
    }
    for (Volume volume : workload.pod().getVolumes()) {
      SecretVolumeSource secret = volume.getSecret();
      if (secret != null
          && (!secret.getItems().isEmpty() || Boolean.TRUE.equals(secret.getOptional()))) {
        try {
          Path mounted = Files.createTempDirectory(directory, volume.getName() + "-");
          new SecretVolume(mounted, files(secret, secrets));
          mount(environment, mountPath(workload, volume), mounted);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
    return environment;
  }

  /** Lets settings that name a path of the pod, or files below it, name a local directory. */
  static void mount(Map<String, String> environment, String inPod, Path directory) {
    environment.replaceAll(
        (name, value) ->
            (value + "/").startsWith(inPod + "/")
                ? value.replace(inPod, directory.toString())
                : value);
  }

  private static Map<String, String> files(SecretVolumeSource source, Map<String, String> secrets) {
    Map<String, String> files = new HashMap<>();
    if (source.getItems().isEmpty()) {
      String prefix = source.getSecretName() + "/";
      secrets.forEach(
          (name, value) -> {
            if (name.startsWith(prefix)) {
              files.put(name.substring(prefix.length()), value);
            }
          });
    }
    for (KeyToPath item : source.getItems()) {
      files.put(item.getPath(), secret(source.getSecretName(), item.getKey(), secrets));
    }
    return files;
  }

  private static String mountPath(Workload workload, Volume volume) {
    return workload.container().getVolumeMounts().stream()
        .filter(mount -> mount.getName().equals(volume.getName()))
        .findFirst()
        .orElseThrow()
        .getMountPath();
  }

  private static String secret(String name, String key, Map<String, String> secrets) {
    String value = secrets.get(name + "/" + key);
    if (value == null) {
      throw new IllegalArgumentException("a Secret without the key " + key + ": " + name);
    }
    return value;
  }

  /**
   * Expands {@code $(NAME)} for preceding entries; a reference to a later entry stays unchanged.
   */
  private static String expanded(String value, Map<String, String> before) {
    return REFERENCE
        .matcher(value)
        .replaceAll(
            found -> Matcher.quoteReplacement(before.getOrDefault(found.group(1), found.group())));
  }

  private static String value(
      Overlay overlay, EnvVarSource source, Map<String, String> secrets, String address) {
    if (source.getFieldRef() != null) {
      switch (source.getFieldRef().getFieldPath()) {
        case "status.podIP" -> {
          return address;
        }
        case "metadata.namespace" -> {
          return overlay.namespace();
        }
        default -> throw new IllegalArgumentException("an unknown field: " + source);
      }
    }
    if (source.getSecretKeyRef() != null) {
      return secret(source.getSecretKeyRef().getName(), source.getSecretKeyRef().getKey(), secrets);
    }
    throw new IllegalArgumentException("a value from somewhere else: " + source);
  }
}
