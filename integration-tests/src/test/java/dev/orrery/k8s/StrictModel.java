package dev.orrery.k8s;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import java.lang.reflect.Method;
import java.util.Collection;
import java.util.Map;

/** Parses Kubernetes objects; an unknown kind or field is an error, at any depth. */
final class StrictModel {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private static final Map<String, Class<? extends HasMetadata>> TYPES =
      Map.ofEntries(
          Map.entry("v1 ConfigMap", ConfigMap.class),
          Map.entry("v1 Namespace", Namespace.class),
          Map.entry("v1 Service", Service.class),
          Map.entry("v1 ServiceAccount", ServiceAccount.class),
          Map.entry("apps/v1 Deployment", Deployment.class),
          Map.entry("batch/v1 Job", Job.class),
          Map.entry("rbac.authorization.k8s.io/v1 Role", Role.class),
          Map.entry("rbac.authorization.k8s.io/v1 RoleBinding", RoleBinding.class),
          Map.entry("apps/v1 StatefulSet", StatefulSet.class),
          Map.entry("autoscaling/v2 HorizontalPodAutoscaler", HorizontalPodAutoscaler.class),
          Map.entry("networking.k8s.io/v1 NetworkPolicy", NetworkPolicy.class),
          Map.entry("policy/v1 PodDisruptionBudget", PodDisruptionBudget.class),
          Map.entry("monitoring.coreos.com/v1 PrometheusRule", PrometheusRule.class),
          Map.entry("monitoring.coreos.com/v1 ServiceMonitor", ServiceMonitor.class));

  private StrictModel() {}

  /**
   * @throws IllegalArgumentException naming the object and the unknown field
   */
  static HasMetadata parse(ObjectNode document) {
    String type = document.path("apiVersion").asText() + " " + document.path("kind").asText();
    String name = type + " " + document.at("/metadata/name").asText();
    Class<? extends HasMetadata> model = TYPES.get(type);
    if (model == null) {
      throw new IllegalArgumentException("unknown kind: " + name);
    }
    try {
      HasMetadata object = MAPPER.treeToValue(document, model);
      requireKnown(object, name);
      return object;
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(name + ": " + e.getOriginalMessage(), e);
    }
  }

  /** The model keeps unknown fields at any depth in a separate map. */
  private static void requireKnown(Object value, String path) {
    if (value instanceof Collection<?> elements) {
      elements.forEach(element -> requireKnown(element, path + "[]"));
    } else if (value instanceof Map<?, ?> entries) {
      entries.forEach((key, element) -> requireKnown(element, path + "." + key));
    } else if (value != null && value.getClass().getName().startsWith("io.fabric8.")) {
      for (Method getter : value.getClass().getMethods()) {
        if (getter.getName().equals("getAdditionalProperties")) {
          Map<?, ?> unknown = (Map<?, ?>) invoke(getter, value);
          if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("unknown field: " + path + " " + unknown.keySet());
          }
        } else if (isProperty(getter)) {
          requireKnown(invoke(getter, value), path + "." + getter.getName().substring(3));
        }
      }
    }
  }

  private static boolean isProperty(Method method) {
    return method.getName().startsWith("get")
        && method.getParameterCount() == 0
        && method.getDeclaringClass().getName().startsWith("io.fabric8.")
        && !method.isDefault();
  }

  private static Object invoke(Method getter, Object target) {
    try {
      return getter.invoke(target);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(getter.toString(), e);
    }
  }
}
