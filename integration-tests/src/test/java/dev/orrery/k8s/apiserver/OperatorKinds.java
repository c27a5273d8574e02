package dev.orrery.k8s.apiserver;

import java.util.Locale;

/**
 * Stand-ins for the kinds of the Prometheus operator. They accept any field; the rendering tests
 * check the fields.
 */
final class OperatorKinds {
  private OperatorKinds() {}

  static void install(Kubectl kubectl) {
    kubectl.apply(
        definition("ServiceMonitor", "servicemonitors")
            + "---\n"
            + definition("PrometheusRule", "prometheusrules"));
    kubectl.run(
        "wait",
        "--for=condition=Established",
        "--timeout=60s",
        "crd/servicemonitors.monitoring.coreos.com",
        "crd/prometheusrules.monitoring.coreos.com");
  }

  private static String definition(String kind, String plural) {
    return """
    apiVersion: apiextensions.k8s.io/v1
    kind: CustomResourceDefinition
    metadata:
      name: %2$s.monitoring.coreos.com
    spec:
      group: monitoring.coreos.com
      scope: Namespaced
      names: {kind: %1$s, listKind: %1$sList, plural: %2$s, singular: %3$s}
      versions:
        - name: v1
          served: true
          storage: true
          schema:
            openAPIV3Schema:
              type: object
              properties:
                spec: {type: object, x-kubernetes-preserve-unknown-fields: true}
    """
        .formatted(kind, plural, kind.toLowerCase(Locale.ROOT));
  }
}
