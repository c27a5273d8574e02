package dev.orrery.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.k8s.Check.Findings;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Checks that objects have no other fields than those listed here. Many fields open a port around
 * the policies: of a container, a pod, a Service, or an option of the JVM. So every field is an
 * error until somebody has thought about it and added it, with its values if they matter.
 */
final class FieldsCheck {
  private static final Map<String, String> PARTS =
      Map.of(
          "LABELS",
          "labels/(app\\.kubernetes\\.io|orrery\\.dev)~1[a-z-]+",
          "WORKLOAD",
          "(Deployment|StatefulSet|Job)",
          "POD",
          "(Deployment|StatefulSet|Job)/spec/template/spec",
          "CONTAINER",
          "(Deployment|StatefulSet|Job)/spec/template/spec/containers/*",
          "PROBE",
          "(startup|liveness|readiness)Probe",
          "JVM_OPTIONS",
          "(-XX:((MaxRAMPercentage|MaximumHeapSizePercent|MaxDirectMemorySize|TieredStopAtLevel)=\\d+m?"
              + "|\\+ExitOnOutOfMemoryError|\\+UseSerialGC)( |$))+",
          "PRIVATE",
          "10\\.0\\.0\\.0/8,100\\.64\\.0\\.0/10,172\\.16\\.0\\.0/12,192\\.168\\.0\\.0/16,fc00::/7");

  /**
   * A field for each line, after its kinds, and the pattern of its values. An asterisk is an entry
   * of a list, two are any fields.
   */
  private static final List<Rule> RULES =
      """
      [A-Za-z]+/(apiVersion|kind)
      [A-Za-z]+/metadata/(name|namespace|LABELS)
      ConfigMap/metadata/labels/grafana_dashboard
      ConfigMap/data/orrery.*\\.json
      ConfigMap/data/(ORRERY|QUARKUS)_[A-Z_]+(?<!_PORT|_ALLOWED_NETWORKS)
      ConfigMap/data/QUARKUS_HTTP_SSL_PORT = 7700
      ConfigMap/data/ORRERY_[A-Z_]+_ALLOWED_NETWORKS = PRIVATE
      ConfigMap/data/ORRERY_POWERJOB_AKKA_PORT = 10087
      ConfigMap/data/JDK_JAVA_OPTIONS = JVM_OPTIONS
      (HorizontalPodAutoscaler|NetworkPolicy|PrometheusRule)/spec/**
      PodDisruptionBudget/spec/maxUnavailable = 1
      PodDisruptionBudget/spec/unhealthyPodEvictionPolicy = AlwaysAllow
      PodDisruptionBudget/spec/selector/matchLabels/*
      Role/rules/*/apiGroups/* =
      Role/rules/*/resources/* = secrets
      Role/rules/*/resourceNames/* = orrery-quickstart(-agent)?
      Role/rules/*/verbs/* = create|get|patch
      RoleBinding/roleRef/(apiGroup|kind|name) = rbac\\.authorization\\.k8s\\.io|Role|orrery-setup
      RoleBinding/subjects/*/(kind|name) = ServiceAccount|orrery-setup
      RoleBinding/subjects/*/namespace
      ServiceAccount/automountServiceAccountToken = false
      ServiceAccount/imagePullSecrets/*/name
      ServiceMonitor/spec/endpoints/*/path = /q/metrics
      ServiceMonitor/spec/endpoints/*/port = management
      ServiceMonitor/spec/endpoints/*/(interval|scrapeTimeout)
      ServiceMonitor/spec/selector/matchLabels/*
      Service/metadata/name = orrery-(api|http|mu|postgres|scheduler-management|agent-management)
      Service/spec/clusterIP = None
      Service/spec/publishNotReadyAddresses
      Service/spec/selector/*
      Service/spec/sessionAffinity = ClientIP
      Service/spec/ports/*/(name|port|targetPort)
      Service/spec/ports/*/appProtocol = https?
      WORKLOAD/metadata/name = orrery-(scheduler|agent-http|agent-akka|postgres|setup)
      WORKLOAD/spec/(minReadySeconds|progressDeadlineSeconds|replicas|revisionHistoryLimit)
      WORKLOAD/spec/selector/matchLabels/*
      WORKLOAD/spec/template/metadata/LABELS
      Deployment/spec/strategy/(type|rollingUpdate/maxSurge|rollingUpdate/maxUnavailable)
      Job/spec/(activeDeadlineSeconds|backoffLimit|ttlSecondsAfterFinished)
      StatefulSet/spec/serviceName = orrery-postgres
      StatefulSet/spec/volumeClaimTemplates/*/(apiVersion|kind|metadata/name|metadata/LABELS)
      StatefulSet/spec/volumeClaimTemplates/*/spec/accessModes/*
      StatefulSet/spec/volumeClaimTemplates/*/spec/resources/requests/storage
      POD/(automountServiceAccountToken|serviceAccountName|terminationGracePeriodSeconds)
      POD/enableServiceLinks = false
      POD/restartPolicy
      POD/securityContext/(fsGroup|runAsGroup|runAsNonRoot|runAsUser|seccompProfile/type)
      POD/topologySpreadConstraints/**
      POD/volumes/*/(name|emptyDir/sizeLimit)
      POD/volumes/*/secret/(defaultMode|optional|secretName|items/*/key|items/*/path)
      CONTAINER/(image|imagePullPolicy|name|ports/*/containerPort|ports/*/name)
      CONTAINER/args/* = JVM_OPTIONS
      Job/spec/template/spec/containers/*/command/* = java|-cp|/app/cli/orrery-cli\\.jar|[a-zA-Z.]+QuickstartSetup|JVM_OPTIONS
      CONTAINER/env/*/name = POD_NAMESPACE|PGDATA|(ORRERY|POSTGRES|QUARKUS)_[A-Z_]+(?<!_PORT|_ALLOWED_NETWORKS)
      CONTAINER/env/*/value
      CONTAINER/env/*/valueFrom/fieldRef/(apiVersion|fieldPath) = v1|metadata\\.namespace|status\\.podIP
      CONTAINER/env/*/valueFrom/secretKeyRef/(key|name)
      CONTAINER/envFrom/*/configMapRef/name
      CONTAINER/resources/(limits|requests)/(cpu|memory)
      CONTAINER/securityContext/(allowPrivilegeEscalation|readOnlyRootFilesystem)
      CONTAINER/securityContext/capabilities/drop/*
      CONTAINER/PROBE/(failureThreshold|periodSeconds|timeoutSeconds)
      CONTAINER/PROBE/httpGet/(path|port)
      StatefulSet/spec/template/spec/containers/*/PROBE/exec/command/* = sh|-c|pg_isready( --[a-z]+(=[0-9.]+|="\\$[A-Z_]+")?)+
      CONTAINER/volumeMounts/*/(mountPath|name)
      CONTAINER/volumeMounts/*/readOnly = true
      """
          .lines()
          .map(Rule::parse)
          .toList();

  private static final ObjectMapper JSON = new ObjectMapper();

  private record Rule(Pattern field, Pattern value) {
    static Rule parse(String line) {
      String[] sides = line.split(" =", 2);
      String field = replaced(sides[0]).replaceAll("/\\*\\*", "/.+").replaceAll("/\\*", "/[^/]+");
      return new Rule(
          Pattern.compile(field),
          Pattern.compile(sides.length > 1 ? replaced(sides[1].strip()) : ".*", Pattern.DOTALL));
    }

    private static String replaced(String text) {
      String replaced = text;
      for (Map.Entry<String, String> part : PARTS.entrySet()) {
        replaced =
            replaced.replaceAll(
                "\\b" + part.getKey() + "\\b", Matcher.quoteReplacement(part.getValue()));
      }
      return replaced;
    }

    boolean has(String path) {
      return field.matcher(path).matches();
    }

    /** Returns true if a field below the path matches. */
    boolean hasBelow(String path) {
      Matcher matcher = field.matcher(path + "/");
      return matcher.matches() || matcher.hitEnd();
    }
  }

  private FieldsCheck() {}

  static void of(Overlay overlay, Findings findings) {
    for (HasMetadata object : overlay.objects()) {
      String name = object.getKind() + " " + object.getMetadata().getName();
      check(name, object.getKind(), JSON.valueToTree(object), findings);
    }
  }

  private static void check(String object, String path, JsonNode node, Findings findings) {
    String field = path.substring(path.indexOf('/') + 1);
    if (node.isEmpty()) {
      List<Pattern> values =
          RULES.stream().filter(rule -> rule.has(path)).map(Rule::value).toList();
      if (values.isEmpty()) {
        findings.add(
            "%s has the field %s=%s, which the plan does not name"
                .formatted(object, field, node.asText()));
      }
      values.stream()
          .filter(value -> !value.matcher(node.asText()).matches())
          .forEach(
              value ->
                  findings.add(
                      "%s has %s=%s, and the plan has %s"
                          .formatted(object, field, node.asText(), value)));
    } else if (RULES.stream().noneMatch(rule -> rule.hasBelow(path))) {
      findings.add(
          "%s has the field %s, which the plan does not name: %s".formatted(object, field, node));
    } else if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        check(object, path + "/" + i, node.get(i), findings);
      }
    } else {
      node.properties()
          .forEach(
              entry ->
                  check(
                      object,
                      path + "/" + entry.getKey().replace("/", "~1"),
                      entry.getValue(),
                      findings));
    }
  }
}
