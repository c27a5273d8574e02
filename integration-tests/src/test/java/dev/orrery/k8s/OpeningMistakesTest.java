package dev.orrery.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Opens ports around the policies of rendered overlays; the list of fields finds it. */
class OpeningMistakesTest {
  private static final String CONTAINER = "/spec/template/spec/containers/0";

  /**
   * @param object kind and name, or the name of a new Service
   * @param pointer POD and CONTAINER are those of a workload; an index of - adds an entry
   * @param value in YAML
   * @param found a part of a finding
   */
  @ParameterizedTest(name = "{0}: {1} {2} {3}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          # Containers and pods.
          http       | Deployment orrery-agent-http | CONTAINER/ports/0/hostPort   | 9100                             | hostPort=9100, which the plan does not name
          http       | Deployment orrery-scheduler  | CONTAINER/ports/0/protocol   | UDP                              | protocol=UDP, which
          http       | Deployment orrery-scheduler  | CONTAINER/ports/0/hostIP     | 203.0.113.10                     | hostIP=203.0.113.10, which
          http       | Deployment orrery-scheduler  | POD/initContainers           | [{name: proxy, image: socat, restartPolicy: Always, ports: [{containerPort: 5005}]}] | field spec/template/spec/initContainers, which
          http       | Deployment orrery-scheduler  | POD/ephemeralContainers      | [{name: shell, image: busybox}]  | field spec/template/spec/ephemeralContainers, which
          akka       | Deployment orrery-agent-akka | CONTAINER/lifecycle          | {postStart: {exec: {command: [nc, -l, -p, '5005']}}} | lifecycle, which the plan does not name
          http       | Deployment orrery-agent-http | CONTAINER/command            | [socat, 'TCP-LISTEN:5005,fork', 'TCP:orrery-api:7700'] | command, which the plan does not name
          http       | Deployment orrery-scheduler  | CONTAINER/args               | ['-agentlib:jdwp=transport=dt_socket,server=y,address=*:5005'] | args/0=-agentlib:jdwp
          quickstart | StatefulSet orrery-postgres  | CONTAINER/args               | [-c, ssl=on]                     | args/0=-c, and the plan has
          quickstart | StatefulSet orrery-postgres  | CONTAINER/readinessProbe/exec/command/2 | pg_isready; nc -l -p 5005 | pg_isready; nc -l -p 5005, and the plan has
          http       | Deployment orrery-scheduler  | CONTAINER/livenessProbe/httpGet/host | 203.0.113.10             | httpGet/host=203.0.113.10, which
          http       | Deployment orrery-scheduler  | CONTAINER/livenessProbe/tcpSocket | {port: 5005}                | tcpSocket, which
          http       | Deployment orrery-scheduler  | POD/hostNetwork              | true                             | hostNetwork=true, which
          http       | Deployment orrery-scheduler  | POD/hostPID                  | true                             | hostPID=true, which
          http       | Deployment orrery-agent-http | POD/shareProcessNamespace    | true                             | shareProcessNamespace=true, which
          http       | Deployment orrery-scheduler  | POD/securityContext/sysctls  | [{name: net.ipv4.ip_forward, value: '1'}] | sysctls, which
          http       | Deployment orrery-agent-http | POD/dnsConfig                | {nameservers: [203.0.113.53]}    | dnsConfig, which
          http       | Deployment orrery-agent-http | POD/hostAliases              | [{ip: 203.0.113.10, hostnames: [orrery-api]}] | hostAliases, which
          http       | Deployment orrery-scheduler  | /spec/template/metadata/annotations | {k8s.v1.cni.cncf.io/networks: second} | annotations, which
          http       | Deployment orrery-scheduler  | /spec/template/metadata/labels/sidecar.istio.io~1inject | 'true' | sidecar.istio.io~1inject=true, which
          http       | Deployment orrery-scheduler  | /metadata/name               | orrery-proxy                     | metadata/name=orrery-proxy, and the plan has
          # Options and settings.
          http       | Deployment orrery-scheduler  | CONTAINER/env/-              | {name: JDK_JAVA_OPTIONS, value: '-agentlib:jdwp=transport=dt_socket,server=y,address=*:5005'} | name=JDK_JAVA_OPTIONS, and the plan has
          http       | Deployment orrery-agent-http | CONTAINER/env/-              | {name: JAVA_TOOL_OPTIONS, value: -Dcom.sun.management.jmxremote.port=9999} | name=JAVA_TOOL_OPTIONS, and the plan has
          http       | Deployment orrery-agent-http | CONTAINER/envFrom/-          | {secretRef: {name: more}}        | secretRef, which
          http       | ConfigMap orrery-scheduler   | /data/JDK_JAVA_OPTIONS       | -XX:MaxRAMPercentage=55 -Dcom.sun.management.jmxremote.port=9999 | jmxremote.port=9999, and the plan has
          http       | ConfigMap orrery-scheduler   | /data/JDK_JAVA_OPTIONS       | -XX:+ManagementServer            | +ManagementServer, and the plan has
          http       | ConfigMap orrery-scheduler   | /data/ORRERY_CLUSTER_PORT    | '5005'                           | ORRERY_CLUSTER_PORT=5005, which
          akka       | ConfigMap orrery-scheduler   | /data/ORRERY_PROTOCOLS_AKKA_ALLOWED_NETWORKS | 0.0.0.0/0        | ALLOWED_NETWORKS=0.0.0.0/0, and the plan has
          # Services.
          http       | Service orrery-api           | /spec/type                   | LoadBalancer                     | spec/type=LoadBalancer, which
          http       | Service orrery-http          | /spec/type                   | NodePort                         | spec/type=NodePort, which
          http       | Service orrery-api           | /spec/externalIPs            | [203.0.113.10]                   | spec/externalIPs, which
          http       | Service orrery-api           | /spec/ports/0/nodePort       | 30700                            | nodePort=30700, which
          http       | Service orrery-api           | /spec/loadBalancerClass      | public                           | loadBalancerClass=public, which
          http       | Service orrery-api           | /metadata/annotations        | {external-dns.alpha.kubernetes.io/hostname: orrery.example.com} | annotations, which
          http       | orrery-debug                 | /spec                        | {type: NodePort, selector: {app.kubernetes.io/component: scheduler}, ports: [{port: 9000}]} | metadata/name=orrery-debug, and the plan has
          # Others.
          quickstart | Role orrery-setup            | /rules/0/resources/0         | services                         | resources/0=services, and the plan has
          quickstart | RoleBinding orrery-setup     | /subjects/0/kind             | Group                            | kind=Group, and the plan has
          http       | ServiceAccount orrery-scheduler | /automountServiceAccountToken | true                         | automountServiceAccountToken=true, and the plan has
          http       | PodDisruptionBudget orrery-scheduler | /spec/maxUnavailable | 0                                | maxUnavailable=0, and the plan has
          example    | ServiceMonitor orrery        | /spec/endpoints/0/port       | api                              | port=api, and the plan has
          """)
  void findsFieldThatPlanDoesNotName(
      String overlay, String object, String pointer, String value, String found) {
    List<ObjectNode> objects = Kubectl.kustomize(Overlay.directory(overlay));
    String path = pointer.replace("CONTAINER", CONTAINER).replace("POD", "/spec/template/spec");
    Yaml.change(find(objects, object), path, Yaml.value(value));

    assertThat(Check.FIELDS.findings(Overlay.of(overlay, objects)))
        .anySatisfy(
            finding ->
                assertThat(finding)
                    .startsWith(object.contains(" ") ? object.split(" ", -1)[0] : "Service")
                    .contains(found));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "v1 Pod",
        "v1 Endpoints",
        "v1 PersistentVolumeClaim",
        "apps/v1 DaemonSet",
        "batch/v1 CronJob",
        "discovery.k8s.io/v1 EndpointSlice",
        "networking.k8s.io/v1 Ingress",
        "gateway.networking.k8s.io/v1 HTTPRoute",
        "cilium.io/v2 CiliumNetworkPolicy",
        "rbac.authorization.k8s.io/v1 ClusterRoleBinding"
      })
  void refusesKindThatPlanDoesNotName(String type) {
    List<ObjectNode> objects = Kubectl.kustomize(Overlay.directory("http"));
    ObjectNode other = find(objects, "orrery-other");
    other.put("apiVersion", type.split(" ", -1)[0]).put("kind", type.split(" ", -1)[1]);

    assertThatThrownBy(() -> Overlay.of("http", objects))
        .hasMessageContaining("unknown kind: " + type + " orrery-other");
  }

  private static ObjectNode find(List<ObjectNode> objects, String object) {
    return objects.stream()
        .filter(
            one ->
                (one.path("kind").asText() + " " + one.at("/metadata/name").asText())
                    .matches(object + "(-[a-z0-9]{10})?"))
        .findFirst()
        .orElseGet(
            () -> {
              ObjectNode made =
                  Yaml.documents(
                          "{apiVersion: v1, kind: Service, metadata: {name: %s, namespace: orrery}}"
                              .formatted(object))
                      .get(0);
              objects.add(made);
              return made;
            });
  }
}
