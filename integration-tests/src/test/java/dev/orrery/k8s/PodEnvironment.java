package dev.orrery.k8s;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarSource;
import java.util.HashMap;
import java.util.Map;

/** The environment of a pod's container, as a kubelet makes it. */
public final class PodEnvironment {
  private PodEnvironment() {}

  /**
   * @param secrets values by the name of the Secret, a slash and the key
   * @param address of the pod
   * @throws IllegalArgumentException for an entry that is from anywhere else
   */
  public static Map<String, String> of(
      Overlay overlay, Workload workload, Map<String, String> secrets, String address) {
    Map<String, String> environment = new HashMap<>();
    for (EnvFromSource from : workload.container().getEnvFrom()) {
      environment.putAll(
          overlay.find(ConfigMap.class, from.getConfigMapRef().getName()).orElseThrow().getData());
    }
    for (EnvVar entry : workload.container().getEnv()) {
      String value = entry.getValue();
      environment.put(
          entry.getName(), value == null ? value(entry.getValueFrom(), secrets, address) : value);
    }
    return environment;
  }

  private static String value(EnvVarSource source, Map<String, String> secrets, String address) {
    if (source.getFieldRef() != null
        && source.getFieldRef().getFieldPath().equals("status.podIP")) {
      return address;
    }
    if (source.getSecretKeyRef() != null) {
      String key = source.getSecretKeyRef().getName() + "/" + source.getSecretKeyRef().getKey();
      if (secrets.containsKey(key)) {
        return secrets.get(key);
      }
    }
    throw new IllegalArgumentException("a value from somewhere else: " + source);
  }
}
